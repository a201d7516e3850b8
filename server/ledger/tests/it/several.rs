//! Several writers at once, and writers that are killed.

use std::io::{BufRead as _, BufReader, Write as _};
use std::process::Stdio;
use std::thread;

use countersign_ledger::{Durability, Ledger};
use countersign_provenance::FactId;

use crate::fixture::{another_process, batch, folder, origin, repository, task_of_this_process};

const EACH: u128 = 400;

#[test]
fn two_threads_write_without_an_error() {
    let folder = folder();
    let place = folder.place();
    thread::scope(|scope| {
        for writer in 0..2 {
            let place = &place;
            scope.spawn(move || {
                let mut ledger = Ledger::open(place).unwrap();
                for n in 0..EACH {
                    let fact = origin(writer * EACH + n + 1);
                    ledger
                        .append(&batch([fact]), Durability::Recoverable)
                        .unwrap();
                }
            });
        }
    });
    assert_eq!(
        Ledger::open(&place).unwrap().last_seq().unwrap(),
        2 * EACH as i64
    );
}

#[test]
fn writes_many_when_told() {
    let Some(root) = task_of_this_process() else {
        return;
    };
    let place = countersign_ledger::locate(&root);
    for _ in 0..EACH {
        // Opened anew each time, as hooks do.
        let mut ledger = Ledger::open(&place).unwrap();
        let id = countersign_ledger::new_fact_id();
        ledger
            .append(&batch([origin(id.0)]), Durability::Recoverable)
            .unwrap();
    }
}

#[test]
fn four_processes_start_a_ledger_and_write_without_an_error() {
    let folder = repository();
    let start = |_| {
        let mut command = another_process("several::writes_many_when_told", &folder.root());
        command.stdout(Stdio::null()).spawn().unwrap()
    };
    let writers: Vec<_> = (0..4).map(start).collect();
    for mut writer in writers {
        assert!(writer.wait().unwrap().success());
    }
    let ledger = Ledger::open(&folder.place()).unwrap();
    assert_eq!(ledger.last_seq().unwrap(), 4 * EACH as i64);
    assert_eq!(ledger.loss().unwrap(), None);
}

#[test]
fn the_log_stays_short_when_all_writers_are_short() {
    let folder = folder();
    let place = folder.place();
    for n in 1..=200_u128 {
        let mut ledger = Ledger::open(&place).unwrap();
        let facts = (0..40).map(|m| origin(n * 100 + m));
        ledger
            .append(&batch(facts), Durability::Recoverable)
            .unwrap();
    }
    let log = std::fs::metadata(place.dir.join("ledger.db-wal")).unwrap();
    assert!(log.len() < 3 << 20, "{} bytes", log.len());
    assert_eq!(Ledger::open(&place).unwrap().last_seq().unwrap(), 8000);
}

#[test]
fn writes_and_tells_when_told() {
    let Some(root) = task_of_this_process() else {
        return;
    };
    let mut ledger = Ledger::open(&countersign_ledger::locate(&root)).unwrap();
    let mut told = std::io::stdout().lock();
    loop {
        let id = countersign_ledger::new_fact_id();
        ledger
            .append(&batch([origin(id.0)]), Durability::Durable)
            .unwrap();
        writeln!(told, "wrote {id}").unwrap();
    }
}

#[test]
fn what_was_told_as_written_survives_a_kill() {
    let folder = repository();
    for round in 1..=8 {
        let mut writer = another_process("several::writes_and_tells_when_told", &folder.root())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let lines = BufReader::new(writer.stdout.take().unwrap()).lines();
        let wrote = lines
            .map_while(Result::ok)
            .filter_map(|line| Some(line.strip_prefix("wrote ")?.to_owned()));
        let told: Vec<FactId> = wrote
            .take(7 * round)
            .map(|id| id.parse().unwrap())
            .collect();
        writer.kill().unwrap();
        writer.wait().unwrap();

        let ledger = Ledger::open(&folder.place()).unwrap();
        assert_eq!(ledger.origins(&told).unwrap().len(), 7 * round);
    }
}
