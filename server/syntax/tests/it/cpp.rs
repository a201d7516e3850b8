//! C++.

use expect_test::expect;

use crate::check::check;

#[test]
fn a_class_as_it_is_written() {
    check(
        "src/order.h",
        r##"// Licence.
#pragma once
#include <vector>

#define LOG(x) \
  do { } while (0)

extern "C" {
// For C.
int c_entry(int a) {
  return a;
}
}

extern "C" int c_single() { return 1; }

namespace shop {
namespace {
int hidden() { return 1; }
}  // namespace

class Store;

/// An order.
class [[nodiscard]] Order final : public Base<int>, private Other {
 public:
  /// Makes one.
  explicit Order(int id) : id_(id), name_("x") {}
  Order(const Order&) = delete;
  Order& operator=(const Order&) = default;
  virtual ~Order() { close(); }

  bool operator==(const Order& other) const { return id_ == other.id_; }
  explicit operator bool() const noexcept { return true; }
  int operator()(int a) const { return a; }

  // Declared only.
  virtual int area() const = 0;

  [[nodiscard]] static auto make(int id) -> Order { return Order(id); }

  template <typename T>
  T as() const {
    return T(id_);
  }

  friend std::ostream& operator<<(std::ostream& out, const Order& o) {
    return out << o.id_;
  }

  struct Line {
    int count;
    int twice() const { return count * 2; }
  };

  enum class Status { Open, Closed };

 private:
  int id_;
  std::function<void()> done_ = [] { return; };
};

}  // namespace shop
"##,
        expect![[r#"
            block 1-3 lines 1-3
            macro 5-6 LOG
            block 8-8 line 8
            function 9-13 c_entry
            function 15-15 c_single
            module 17-17 namespace shop
            module 18-18 shop::namespace
            function 19-19 shop::hidden
            module 20-20 shop::namespace (further)
            module 22-22 namespace shop (further)
            type 24-26 shop::Order
            method 27-28 shop::Order::Order
            type 29-30 shop::Order (further)
            method 31-31 shop::Order::~Order
            method 33-33 shop::Order::operator==
            method 34-34 shop::Order::operator bool
            method 35-35 shop::Order::operator()
            type 37-38 shop::Order (further)
            method 40-40 shop::Order::make
            method 42-45 shop::Order::as
            method 47-49 shop::Order::operator<<
            type 51-52 shop::Order::Line
            method 53-54 shop::Order::Line::twice
            type 56-61 shop::Order (further)
            module 63-63 namespace shop (further)
        "#]],
    );
}

#[test]
fn types_and_functions_in_a_namespace() {
    check(
        "src/order.cc",
        r##"namespace shop {

struct Plain {
  int a;
};

union Both { int i; float f; };

enum class Colour : int { Red, Green };

using Id = unsigned long;
typedef std::vector<int> Ints;

template <typename T, int N = 2>
class Stack {
 public:
  void push(T item);

 private:
  T items_[N];
};

template <typename T, int N>
void Stack<T, N>::push(T item) {
  items_[0] = item;
}

template <>
struct hash<Order> {
  size_t operator()(const Order& o) const { return 1; }
};

Order::Order() : id_(0) {}

Order::~Order() {
  close();
}

Order::operator int() const { return id_; }

bool operator<(const Order& a, const Order& b) { return false; }

int Order::total(int tax) const noexcept try {
  return tax;
} catch (...) {
  return 0;
}

template <class T>
concept Small = sizeof(T) < 8;

template <class T> requires Small<T>
auto twice(T x) { return x + x; }

auto compare = [](int a, int b) {
  return a < b;
};

static constexpr int kLimit = 16;

__declspec(dllexport) int WINAPI entry(HINSTANCE h) { return 0; }

API_EXPORT void exported() {
}

API_EXPORT std::vector<int>* all() { return nullptr; }

class API_EXPORT Marked : public Order {
 public:
  int one() { return 1; }
  int two(int a) {
    return a * 2;
  }

 private:
  int id_;
};

unsigned long long operator""_kb(unsigned long long n) { return n * 1024; }

}  // namespace shop

namespace a::b::c {
inline namespace v1 { void f() {} }
}

"##,
        expect![[r#"
            module 1-1 namespace shop
            type 3-5 shop::Plain
            type 7-7 shop::Both
            type 9-9 shop::Colour
            type 11-11 shop::Id
            type 12-12 shop::Ints
            type 14-21 shop::Stack
            method 23-26 shop::Stack<T, N>::push
            type 28-29 shop::hash<Order>
            method 30-31 shop::hash<Order>::operator()
            method 33-33 shop::Order::Order
            method 35-37 shop::Order::~Order
            method 39-39 shop::Order::operator int
            function 41-41 shop::operator<
            method 43-47 shop::Order::total
            type 49-50 shop::Small
            function 52-53 shop::twice
            function 55-57 shop::compare
            module 59-59 namespace shop (further)
            function 61-61 shop::entry
            function 63-64 shop::exported
            function 66-66 shop::all
            type 68-69 shop::Marked
            method 70-70 shop::Marked::one
            method 71-73 shop::Marked::two
            type 75-77 shop::Marked (further)
            function 79-79 shop::operator""_kb
            module 81-81 namespace shop (further)
            module 83-83 namespace a::b::c
            module 84-85 a::b::c::namespace v1
        "#]],
    );
}

#[test]
fn tests_are_units() {
    check(
        "tests/order_test.cpp",
        r##"TEST(OrderTest, Adds) {
  EXPECT_EQ(1, 1);
}

TEST_F(OrderTest, Fixture) { EXPECT_EQ(1, 1); }

TEST_CASE("adds two", "[math]") {
  REQUIRE(1 == 1);
}

int main(int argc, char* argv[]) {
  auto f = [&](int x) { return x; };
  return f(0);
}
"##,
        expect![[r#"
            function 1-3 TEST(OrderTest, Adds)
            function 5-5 TEST_F(OrderTest, Fixture)
            function 7-9 TEST_CASE("adds two", "[math]")
            function 11-14 main
        "#]],
    );
}

#[test]
fn a_nameless_part_of_a_class_is_but_a_part() {
    check(
        "src/value.hpp",
        r##"struct Value {
  int kind;
  union {
    int number;
    struct { char* start; int length; } text;
  };
  enum : int { Limit = 3 };
  struct { int x; } at;
};
"##,
        expect![[r#"
            type 1-9 Value
        "#]],
    );
}

#[test]
fn what_is_left_of_a_namespace_is_cut_as_a_file_is() {
    check(
        "src/table.cc",
        r##"namespace shop {

const int k0 = 0;
const int k1 = 1;
const int k2 = 2;
const int k3 = 3;
const int k4 = 4;
const int k5 = 5;
const int k6 = 6;
const int k7 = 7;
const int k8 = 8;
const int k9 = 9;
const int k10 = 10;
const int k11 = 11;
const int k12 = 12;
const int k13 = 13;
const int k14 = 14;
const int k15 = 15;
const int k16 = 16;
const int k17 = 17;
const int k18 = 18;
const int k19 = 19;
const int k20 = 20;
const int k21 = 21;
const int k22 = 22;
const int k23 = 23;
const int k24 = 24;
const int k25 = 25;
const int k26 = 26;
const int k27 = 27;
const int k28 = 28;
const int k29 = 29;

const int m0 = 0;
const int m1 = 1;
const int m2 = 2;
const int m3 = 3;
const int m4 = 4;
const int m5 = 5;
const int m6 = 6;
const int m7 = 7;
const int m8 = 8;
const int m9 = 9;
const int m10 = 10;
const int m11 = 11;
const int m12 = 12;
const int m13 = 13;
const int m14 = 14;
const int m15 = 15;
const int m16 = 16;
const int m17 = 17;
const int m18 = 18;
const int m19 = 19;
const int m20 = 20;
const int m21 = 21;
const int m22 = 22;
const int m23 = 23;
const int m24 = 24;
const int m25 = 25;
const int m26 = 26;
const int m27 = 27;
const int m28 = 28;
const int m29 = 29;
const int m30 = 30;
const int m31 = 31;
const int m32 = 32;
const int m33 = 33;
const int m34 = 34;
const int m35 = 35;
const int m36 = 36;
const int m37 = 37;
const int m38 = 38;
const int m39 = 39;
}
"##,
        expect![[r#"
            module 1-32 namespace shop
            module 34-74 namespace shop (further)
        "#]],
    );
}

#[test]
fn units_before_a_break_stay() {
    check(
        "src/order.cpp",
        r##"namespace shop {

class Order {
 public:
  int one() const { return 1; }
  int two();
};

int Order::two() {
  return 2;
}

template <typename T>
void three( {
  int x = ;
"##,
        expect![[r#"
            block 1-1 line 1
            type 3-4 Order
            method 5-5 Order::one
            type 6-7 Order (further)
            method 9-11 Order::two
            block 13-15 lines 13-15
        "#]],
    );
}
