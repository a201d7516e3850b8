//! C#.

use expect_test::expect;

use crate::check::check;

#[test]
fn types_as_they_are_written() {
    check(
        "Shop/Order.cs",
        r##"// Licence.
using System;
using System.Collections.Generic;

[assembly: InternalsVisibleTo("Tests")]

namespace Shop.Orders
{
    /// <summary>An order.</summary>
    [Serializable]
    public sealed partial class Order<T> : IComparable<Order<T>> where T : class
    {
        private const int Limit = 16;
        private readonly List<T> _items = new();

        public int Id { get; set; }
        public string Name { get; init; } = "x";

        public int Total => _items.Count;

        /// <summary>The first.</summary>
        public T First
        {
            get { return _items[0]; }
            private set
            {
                _items[0] = value;
            }
        }

        public T this[int index] => _items[index];

        public event EventHandler Changed;

        public event EventHandler Moved
        {
            add { Changed += value; }
            remove { Changed -= value; }
        }

        static Order() { }

        public Order(int id) : base(id)
        {
            Id = id;
        }

        ~Order() { Dispose(); }

        public static bool operator ==(Order<T> a, Order<T> b) => true;

        public static implicit operator int(Order<T> o) => o.Id;

        [Obsolete("x")]
        public async Task<int> LoadAsync(string path)
        {
            int Local(int x) => x;
            Func<int, int> f = x => { return x; };
            await Task.Delay(1);
            return Local(1);
        }

        int IComparable<Order<T>>.CompareTo(Order<T> other) => 0;

        public abstract void Touch();
        [DllImport("x")] static extern int Native();

        private readonly Func<int, int> _twice = x =>
        {
            return x * 2;
        };

#region Nested
        public enum Status { Open, Closed }

        public delegate void Handler(object sender);

        private class Line
        {
            public void Add() { }
        }
#endregion

#if DEBUG
        public void Dump() { }
#else
        public void Dump2() { }
#endif
    }

    public record Point(int X, int Y)
    {
        public double Length => Math.Sqrt(X * X + Y * Y);
    }

    public record struct Pair(int A, int B);

    public interface IReader
    {
        int Read();
        int ReadTwo() { return Read() + Read(); }
    }

    public struct Money
    {
        public decimal Amount;
        public Money Add(Money other) => new(Amount + other.Amount);
    }

    public static class Extensions
    {
        public static int Twice(this int x) => x * 2;
    }

    public class OrderTests
    {
        [Fact]
        public void Adds() { Assert.Equal(1, 1); }

        [Theory]
        [InlineData(1)]
        // Many.
        public void AddsMany(int n)
        {
        }
    }
}
"##,
        expect![[r#"
            block 1-5 lines 1-5
            module 7-8 namespace Shop.Orders
            type 9-17 Order
            method 19-19 Order.Total
            method 21-29 Order.First
            method 31-31 Order.this[]
            type 33-33 Order (further)
            method 35-39 Order.Moved
            method 41-41 Order.Order
            method 43-46 Order.Order
            method 48-48 Order.~Order
            method 50-50 Order.operator ==
            method 52-52 Order.operator int
            method 54-61 Order.LoadAsync
            method 63-63 Order.CompareTo
            type 65-66 Order (further)
            method 68-71 Order._twice
            type 73-76 Order (further)
            type 78-79 Order.Line
            method 80-81 Order.Line.Add
            type 82-84 Order (further)
            method 85-85 Order.Dump
            type 86-86 Order (further)
            method 87-87 Order.Dump2
            type 88-89 Order (further)
            type 91-92 Point
            method 93-94 Point.Length
            type 96-96 Pair
            type 98-100 IReader
            method 101-102 IReader.ReadTwo
            type 104-106 Money
            method 107-108 Money.Add
            type 110-111 Extensions
            method 112-113 Extensions.Twice
            type 115-116 OrderTests
            method 117-118 OrderTests.Adds
            method 120-127 OrderTests.AddsMany
        "#]],
    );
}

#[test]
fn a_namespace_for_the_whole_file() {
    check(
        "Shop/Service.cs",
        r##"using System;

namespace Shop;

/// <summary>Runs.</summary>
public class Service(ILogger log)
{
    public required string Name { get; set; }

    public void Run() => log.Info("x");
}

file record Row(int A);
"##,
        expect![[r#"
            block 1-3 lines 1-3
            type 5-8 Service
            method 10-11 Service.Run
            type 13-13 Row
        "#]],
    );
}

#[test]
fn a_script() {
    check(
        "build.csx",
        r##"#!/usr/bin/env dotnet-script
#r "nuget: X, 1.0"
using System;

var x = 1;
Console.WriteLine(x);

int Twice(int n)
{
    return n * 2;
}

class Local { public void Go() { } }
"##,
        expect![[r#"
            block 1-6 lines 1-6
            function 8-11 Twice
            type 13-13 Local
        "#]],
    );
}

#[test]
fn units_before_a_break_stay() {
    check(
        "Shop/Order.cs",
        r##"namespace Shop
{
    public class Order
    {
        private int id;

        /// <summary>One.</summary>
        public int One() => 1;

        public string Two()
        {
            return "";
        }

        void Three( {
            int x = ;
"##,
        expect![[r#"
            block 1-5 lines 1-5
            method 7-8 Order.One
            method 10-13 Order.Two
            block 15-16 lines 15-16
        "#]],
    );
}
