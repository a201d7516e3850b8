//! An inserted function begins where a reader would say: `}`, blank lines,
//! attributes, comments and decorators belong to their own function.

use expect_test::expect;

use crate::fixture::check_assistant_lines;

#[test]
fn a_rust_test_between_two() {
    check_assistant_lines(
        "
        #[test]
        fn one() {
            let x = build();
            assert!(x.is_one());
        }

        #[test]
        fn three() {
            let x = build();
            assert!(x.is_three());
        }
        ",
        "
        #[test]
        fn one() {
            let x = build();
            assert!(x.is_one());
        }

        #[test]
        fn two() {
            let x = build();
            assert!(x.is_two());
        }

        #[test]
        fn three() {
            let x = build();
            assert!(x.is_three());
        }
        ",
        expect![[r#"
              #[test]
              fn one() {
                  let x = build();
                  assert!(x.is_one());
              }

            c #[test]
            c fn two() {
            c     let x = build();
            c     assert!(x.is_two());
            c }

              #[test]
              fn three() {
                  let x = build();
                  assert!(x.is_three());
              }
        "#]],
    );
}

#[test]
fn a_rust_test_before_all_and_after_all() {
    let old = "
        #[test]
        fn one() {
            let x = build();
            assert!(x.is_one());
        }
    ";
    check_assistant_lines(
        old,
        "
        #[test]
        fn zero() {
            let x = build();
            assert!(x.is_zero());
        }

        #[test]
        fn one() {
            let x = build();
            assert!(x.is_one());
        }
        ",
        expect![[r#"
            c #[test]
            c fn zero() {
            c     let x = build();
            c     assert!(x.is_zero());
            c }

              #[test]
              fn one() {
                  let x = build();
                  assert!(x.is_one());
              }
        "#]],
    );
    check_assistant_lines(
        old,
        "
        #[test]
        fn one() {
            let x = build();
            assert!(x.is_one());
        }

        #[test]
        fn two() {
            let x = build();
            assert!(x.is_two());
        }
        ",
        expect![[r#"
              #[test]
              fn one() {
                  let x = build();
                  assert!(x.is_one());
              }

            c #[test]
            c fn two() {
            c     let x = build();
            c     assert!(x.is_two());
            c }
        "#]],
    );
}

#[test]
fn rust_functions_with_documentation() {
    check_assistant_lines(
        "
        impl Till {
            /// Adds to it.
            #[must_use]
            pub fn add(&self) -> u8 {
                self.value
            }

            /// Adds to it.
            #[must_use]
            pub fn sub(&self) -> u8 {
                self.value
            }
        }
        ",
        "
        impl Till {
            /// Adds to it.
            #[must_use]
            pub fn add(&self) -> u8 {
                self.value
            }

            /// Adds to it.
            #[must_use]
            pub fn mul(&self) -> u8 {
                self.value
            }

            /// Adds to it.
            #[must_use]
            pub fn sub(&self) -> u8 {
                self.value
            }
        }
        ",
        expect![[r#"
              impl Till {
                  /// Adds to it.
                  #[must_use]
                  pub fn add(&self) -> u8 {
                      self.value
                  }

            c     /// Adds to it.
            c     #[must_use]
            c     pub fn mul(&self) -> u8 {
            c         self.value
            c     }

                  /// Adds to it.
                  #[must_use]
                  pub fn sub(&self) -> u8 {
                      self.value
                  }
              }
        "#]],
    );
}

#[test]
fn python_methods_with_decorators() {
    check_assistant_lines(
        "
        class Till:
            @property
            def one(self):
                return self.values[1]

            @property
            def three(self):
                return self.values[3]
        ",
        "
        class Till:
            @property
            def one(self):
                return self.values[1]

            @property
            def two(self):
                return self.values[2]

            @property
            def three(self):
                return self.values[3]
        ",
        expect![[r#"
              class Till:
                  @property
                  def one(self):
                      return self.values[1]

            c     @property
            c     def two(self):
            c         return self.values[2]

                  @property
                  def three(self):
                      return self.values[3]
        "#]],
    );
}

#[test]
fn python_functions_two_blank_lines_apart() {
    check_assistant_lines(
        "
        @app.route(\"/one\")
        def one():
            log()
            return 1


        @app.route(\"/three\")
        def three():
            log()
            return 3
        ",
        "
        @app.route(\"/one\")
        def one():
            log()
            return 1


        @app.route(\"/two\")
        def two():
            log()
            return 2


        @app.route(\"/three\")
        def three():
            log()
            return 3
        ",
        expect![[r#"
              @app.route("/one")
              def one():
                  log()
                  return 1


            c @app.route("/two")
            c def two():
            c     log()
            c     return 2


              @app.route("/three")
              def three():
                  log()
                  return 3
        "#]],
    );
}

#[test]
fn javascript_methods_without_blank_lines() {
    check_assistant_lines(
        "
        class Till {
          one() {
            this.log();
          }
          three() {
            this.log();
          }
        }
        ",
        "
        class Till {
          one() {
            this.log();
          }
          two() {
            this.log();
          }
          three() {
            this.log();
          }
        }
        ",
        expect![[r#"
              class Till {
                one() {
                  this.log();
                }
            c   two() {
            c     this.log();
            c   }
                three() {
                  this.log();
                }
              }
        "#]],
    );
}

#[test]
fn javascript_callbacks() {
    check_assistant_lines(
        "
        describe(\"till\", () => {
          it(\"adds\", () => {
            expect(add(1, 2)).toBe(3);
          });
        });
        ",
        "
        describe(\"till\", () => {
          it(\"adds nothing\", () => {
            expect(add(0, 0)).toBe(0);
          });

          it(\"adds\", () => {
            expect(add(1, 2)).toBe(3);
          });

          it(\"adds much\", () => {
            expect(add(8, 9)).toBe(17);
          });
        });
        ",
        expect![[r#"
              describe("till", () => {
            c   it("adds nothing", () => {
            c     expect(add(0, 0)).toBe(0);
            c   });

                it("adds", () => {
                  expect(add(1, 2)).toBe(3);
                });

            c   it("adds much", () => {
            c     expect(add(8, 9)).toBe(17);
            c   });
              });
        "#]],
    );
}

#[test]
fn an_inserted_branch() {
    check_assistant_lines(
        "
        if a {
            one();
        }
        if b {
            two();
        }
        ",
        "
        if a {
            one();
        }
        if c {
            three();
        }
        if b {
            two();
        }
        ",
        expect![[r#"
              if a {
                  one();
              }
            c if c {
            c     three();
            c }
              if b {
                  two();
              }
        "#]],
    );
}

#[test]
fn a_line_wrapped_in_a_condition() {
    check_assistant_lines(
        "
        fn pay() {
            charge(card);
            print(receipt);
        }
        ",
        "
        fn pay() {
            if card.is_valid() {
                charge(card);
            }
            print(receipt);
        }
        ",
        expect![[r#"
              fn pay() {
            c     if card.is_valid() {
                      charge(card);
            c     }
                  print(receipt);
              }
        "#]],
    );
}
