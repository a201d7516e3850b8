import assert from "node:assert/strict";
import { test } from "node:test";

import { Ends } from "./ends.ts";

const MINUTE_MS = 60_000;

test("the fifth end within three minutes is one too many", () => {
  const ends = new Ends();
  const answers = [0, 1, 2, 3, 4].map((second) => ends.mayStartAfter(second * 1000));
  assert.deepEqual(answers, [true, true, true, true, false]);
});

test("an end every minute is mended for ever", () => {
  const ends = new Ends();
  const answers = Array.from({ length: 30 }, (_, minute) => ends.mayStartAfter(minute * MINUTE_MS));
  assert.ok(answers.every(Boolean));
});

test("whoever asks for a start forgets what was", () => {
  const ends = new Ends();
  for (let time = 0; time < 10; time += 1) {
    ends.mayStartAfter(time);
  }
  ends.forget();
  assert.ok(ends.mayStartAfter(10));
});
