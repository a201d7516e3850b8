//! Java.

use expect_test::expect;

use crate::check::check;

#[test]
fn types_as_they_are_written() {
    check(
        "shop/Order.java",
        r##"/*
 * Licence.
 */
package shop.orders;

import java.util.*;

/** Reads orders. */
@FunctionalInterface
public interface Reader<T extends Order> {
    int MOST = 16;

    T read(String id) throws IOException;

    /** Reads two. */
    default List<T> readTwo(String a, String b) throws IOException {
        return List.of(read(a), read(b));
    }

    static <X> Reader<X> none() { return id -> null; }
}

@Entity
@Table(name = "orders")
public final class Order implements Comparable<Order> {

    private static final Comparator<Order> BY_ID = (a, b) -> {
        return a.id - b.id;
    };
    private final int id;

    private final Runnable task = new Runnable() {
        int runs;

        @Override
        public void run() {
            runs++;
        }
    };

    static {
        System.out.println("loaded");
    }

    /**
     * Makes one.
     */
    public Order(int id) {
        this.id = id;
    }

    @Override
    @SuppressWarnings({"unchecked", "rawtypes"})
    public int compareTo(Order other) {
        class Local {
            int x() { return 1; }
        }
        Runnable r = () -> System.out.println();
        return new Local().x();
    }

    // Only for tests.
    protected abstract void touch();

    native int size();

    enum Status {
        OPEN("o") {
            @Override
            boolean live() {
                return true;
            }
        },
        CLOSED("c");

        private final String code;

        Status(String code) { this.code = code; }

        boolean live() { return false; }
    }

    class Line {
        int count;
    }
}

record Point(int x, int y) {
    Point {
        if (x < 0) throw new IllegalArgumentException();
    }

    double length() { return Math.hypot(x, y); }
}

record Empty() {}

@interface Marked {
    String value() default "";
}

sealed interface Shape permits Circle {}

class OrderTest {
    @Test
    void adds() {
        assertEquals(3, 1 + 2);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void addsMany(int n) {}
}
"##,
        expect![[r#"
            block 1-6 lines 1-6
            type 8-13 Reader
            method 15-18 Reader.readTwo
            method 20-21 Reader.none
            type 23-25 Order
            method 27-29 Order.BY_ID
            type 30-30 Order (further)
            type 32-33 Order.task
            method 35-39 Order.task.run
            type 41-43 Order (further)
            method 45-50 Order.Order
            method 52-60 Order.compareTo
            type 62-65 Order (further)
            type 67-67 Order.Status
            type 68-68 Order.Status.OPEN
            method 69-73 Order.Status.OPEN.live
            type 74-76 Order.Status (further)
            method 78-78 Order.Status.Status
            method 80-81 Order.Status.live
            type 83-86 Order.Line
            type 88-88 Point
            method 89-91 Point.Point
            method 93-94 Point.length
            type 96-96 Empty
            type 98-100 Marked
            type 102-102 Shape
            type 104-104 OrderTest
            method 105-108 OrderTest.adds
            method 110-113 OrderTest.addsMany
        "#]],
    );
}

#[test]
fn a_file_without_a_class() {
    check(
        "Main.java",
        r##"/** Runs. */
void main() {
    System.out.println("hi");
}
module shop.orders {
    requires java.base;
}
"##,
        expect![[r#"
            function 1-4 main
            block 5-7 lines 5-7
        "#]],
    );
}

#[test]
fn units_before_a_break_stay() {
    check(
        "shop/Order.java",
        r##"package a;

/** Doc. */
public class Order {
    private int id;

    int one() {
        return 1;
    }

    @Override
    public String two() {
        return "";
    }

    void three( {
        int x = ;
"##,
        expect![[r#"
            block 1-1 line 1
            type 3-5 Order
            method 7-9 Order.one
            method 11-14 Order.two
            method 16-17 Order.three
        "#]],
    );
}
