//! C.

use expect_test::expect;

use crate::check::check;

#[test]
fn declarations_as_they_are_written() {
    check(
        "src/list.c",
        r##"/* Licence. */
#include <stdio.h>
#include "list.h"

#ifndef LIMIT
#define LIMIT 16
#endif

#define MIN(a, b) ((a) < (b) ? (a) : (b))

/* Swaps. */
#define SWAP(a, b)      \
	do {                \
		int t = a;      \
		a = b;          \
		b = t;          \
	} while (0)

struct list_head;

struct point {
	int x, y;
};

typedef struct {
	struct point at;
	int (*grow)(int);
} shape_t;

typedef int (*callback_t)(void *data, int n);

enum colour { RED, GREEN };

union both {
	char c;
	int i;
};

static int counter;

static const struct ops file_ops = {
	.open = file_open,
	.close = file_close,
};

"##,
        expect![[r#"
            block 1-7 lines 1-7
            macro 9-9 MIN
            macro 11-17 SWAP
            block 19-19 line 19
            type 21-23 point
            type 25-28 shape_t
            type 30-30 callback_t
            type 32-32 colour
            type 34-37 both
            block 39-44 lines 39-44
        "#]],
    );
}

#[test]
fn functions_of_every_style() {
    check(
        "src/list.c",
        r##"/**
 * Adds.
 */
static inline int add(int a, int b)
{
	return a + b;
}

int declared(int a);

char *name_of(const struct point *p) { return "p"; }

int (*pick(int which))(int)
{
	return which ? add1 : add2;
}

int
old_style(a, b)
	int a;
	char *b;
{
	return a;
}

__attribute__((noreturn))
void die(const char *fmt, ...)
{
	for (;;)
		;
}

static void __init setup_early(void)
{
	int nested(int x) { return x; }
	counter = nested(1);
}

"##,
        expect![[r#"
            function 1-7 add
            block 9-9 line 9
            function 11-11 name_of
            function 13-16 pick
            function 18-24 old_style
            function 26-31 die
            function 33-37 setup_early
        "#]],
    );
}

#[test]
fn functions_that_a_macro_makes() {
    check(
        "src/read.c",
        r##"SYSCALL_DEFINE3(read, unsigned int, fd, char __user *, buf, size_t, count)
{
	return ksys_read(fd, buf, count);
}

STATIC_INLINE(int) wrapped(void)
{
	return 1;
}

MODULE_LICENSE("GPL");

EXPORT int exported(void) {
	return 1;
}

TEST(list, is_empty) {
	assert(1);
}

static unsigned char
internal_function __attribute ((pure))
fetch (string_t *s)
{
	return 1;
}

struct __packed pair {
	int a;
};

REGISTER(everything)
int below(void) { return 1; }

main()
{
	return 0;
}
"##,
        expect![[r#"
            function 1-4 SYSCALL_DEFINE3(read, unsigned int, fd, char __user *, buf, size_t, count)
            function 6-9 wrapped
            block 11-11 line 11
            function 13-15 exported
            function 17-19 TEST(list, is_empty)
            block 21-22 lines 21-22
            function 23-26 fetch
            type 28-30 pair
            function 32-33 below
            function 35-38 main
        "#]],
    );
}

#[test]
fn conditions_are_looked_into() {
    check(
        "src/debug.c",
        r##"#ifdef __cplusplus
extern "C" {
#endif

#ifdef DEBUG
/* Says. */
static void debug(void)
{
	puts("x");
}
#else
static void debug(void) {}
#endif

#if defined(__linux__) && \
    defined(X)
int only_linux(void) { return 1; }
#elif defined(Y)
int only_y(void) { return 1; }
#endif

#ifdef __cplusplus
}
#endif
"##,
        expect![[r#"
            block 1-5 lines 1-5
            function 6-10 debug
            block 11-11 line 11
            function 12-12 debug
            block 13-16 lines 13-16
            function 17-17 only_linux
            block 18-18 line 18
            function 19-19 only_y
            block 20-24 lines 20-24
        "#]],
    );
}

#[test]
fn units_before_a_break_stay() {
    check(
        "src/list.c",
        r##"struct point {
	int x;
};

/* One. */
static int one(void)
{
	return 1;
}

int two(int a {
	if (a
"##,
        expect![[r#"
            type 1-3 point
            function 5-9 one
            block 11-12 lines 11-12
        "#]],
    );
}
