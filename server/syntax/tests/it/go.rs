//! Go.

use expect_test::expect;

use crate::check::check;

#[test]
fn a_package_as_it_is_written() {
    check(
        "shop/order.go",
        r##"// Package shop keeps orders.
package shop

import (
	"fmt"
	"testing"
)

const limit = 16

var ErrEmpty = fmt.Errorf("empty")

// Order is what was bought.
type Order struct {
	ID    int `json:"id"`
	after func() error
}

type (
	// ID names an order.
	ID string

	Reader interface {
		Read(id ID) (*Order, error)
	}

	alias = map[ID]*Order
)

// Stack holds items.
type Stack[T any] struct{ items []T }

// Push adds one.
//
//go:noinline
func (s *Stack[T]) Push(item T) { s.items = append(s.items, item) }

func (Order) String() string {
	return "order"
}

func (o *Order) total(
	tax float64,
) (sum float64, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("%v", r)
		}
	}()
	add := func(x float64) float64 { return x + tax }
	return add(1), nil
}

// Map applies f.
func Map[T, U any](in []T, f func(T) U) []U {
	type pair struct{ a, b int }
	return nil
}

var double = func(x int) int {
	return x * 2
}

var (
	// half halves.
	half = func(x int) int { return x / 2 }
	none = 0
)

func init() {
	fmt.Println(limit)
}

func TestPush(t *testing.T) {
	t.Run("adds", func(t *testing.T) {
		t.Log("x")
	})
}

// In assembly.
func sum(x int) int

/*
Later.
*/
func main() {} // the end
"##,
        expect![[r#"
            block 1-11 lines 1-11
            type 13-17 Order
            block 19-19 line 19
            type 20-21 ID
            type 23-25 Reader
            type 27-28 alias
            type 30-31 Stack
            method 33-36 Stack.Push
            method 38-40 Order.String
            method 42-52 Order.total
            function 54-58 Map
            function 60-62 double
            block 64-64 line 64
            function 65-66 half
            block 67-68 lines 67-68
            function 70-72 init
            function 74-78 TestPush
            function 80-81 sum
            function 83-86 main
        "#]],
    );
}

#[test]
fn tests_and_what_they_measure_are_units() {
    check(
        "shop/order_test.go",
        r##"package shop_test

func TestPush(t *testing.T) {
	for _, tc := range []struct{ name string }{{"a"}, {"b"}} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
		})
	}
}

func BenchmarkPush(b *testing.B) { b.Skip() }

func ExampleStack() {
	// Output: 1
}

var _ = Describe("a stack", func() {
	It("pushes", func() {})
})
"##,
        expect![[r#"
            block 1-1 line 1
            function 3-9 TestPush
            function 11-11 BenchmarkPush
            function 13-15 ExampleStack
            block 17-19 lines 17-19
        "#]],
    );
}

#[test]
fn units_before_a_break_stay() {
    check(
        "shop/order.go",
        r##"package a

// One is one.
func One() int {
	return 1
}

type T struct {
	a int
}

func (t *T) Two( {
	x :=
"##,
        expect![[r#"
            block 1-1 line 1
            function 3-6 One
            type 8-10 T
            block 12-13 lines 12-13
        "#]],
    );
}
