"""What compiled code can do that plain Python cannot say: single instructions, and hints to the compiler."""

from __future__ import annotations

import sys

from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

_BYTE, _INT, _LONG = ir.IntType(8), ir.IntType(32), ir.IntType(64)


@intrinsic
def library_pow(context, x, y):
    """The C library's pow. LLVM must not know it, or it turns pow(x, 2) into a product, which rounds differently."""

    def build(context, builder, signature, arguments):
        double = ir.DoubleType()
        function = cgutils.get_or_insert_function(builder.module, ir.FunctionType(double, [double, double]), "pow")
        function.attributes.add("nobuiltin")
        return builder.call(function, arguments)

    return types.float64(types.float64, types.float64), build


@intrinsic
def wide_vectors(context):
    """LLVM prefers vectors of 256 bits even where there are 512; here the wider ones are 1.6 times as fast."""

    def build(context, builder, signature, arguments):
        # Past the list of attributes that llvmlite knows, to one that LLVM does.
        set.add(builder.function.attributes, '"prefer-vector-width"="512"')
        return context.get_dummy_value()

    return types.none(), build


@intrinsic
def apart(context):
    """Keep the function by itself: within a long one, LLVM knows less of what its arrays may share."""

    def build(context, builder, signature, arguments):
        builder.function.attributes.add("noinline")
        return context.get_dummy_value()

    return types.none(), build


@intrinsic
def unlikely(context, condition):
    """LLVM then guesses that it does not hold, and computes on: the next step does not wait for this one's test."""

    def build(context, builder, signature, arguments):
        bit = ir.IntType(1)
        expect = builder.module.declare_intrinsic("llvm.expect", [bit], ir.FunctionType(bit, [bit, bit]))
        return builder.call(expect, [*arguments, ir.Constant(bit, 0)])

    return types.boolean(types.boolean), build


def _address(context, builder, kind, array, i):
    """Where an array's i-th number is."""
    data = context.make_array(kind)(context, builder, array).data
    return builder.gep(data, [i])


@intrinsic
def prefetch(context, array, i):
    """Bring the line of array[i] into the second cache, whence it comes soon enough and drives out less."""

    def build(context, builder, signature, arguments):
        address = _address(context, builder, signature.args[0], *arguments)
        address = builder.bitcast(address, _BYTE.as_pointer())
        kind = ir.FunctionType(ir.VoidType(), [address.type, _INT, _INT, _INT])
        function = cgutils.get_or_insert_function(builder.module, kind, "llvm.prefetch.p0")
        builder.call(function, [address, ir.Constant(_INT, 0), ir.Constant(_INT, 2), ir.Constant(_INT, 1)])
        return context.get_dummy_value()

    return types.none(array, types.int64), build


@intrinsic
def trailing_zeros(context, word):
    """The zeros below the lowest bit that is set, of a word that is not 0."""

    def build(context, builder, signature, arguments):
        return builder.cttz(arguments[0], ir.Constant(ir.IntType(1), 1))

    return types.int64(types.uint64), build


@intrinsic
def add_atomic(context, array, i, value):
    """Add to array[i], of 64-bit integers, as one operation; returns what was there."""

    def build(context, builder, signature, arguments):
        address = _address(context, builder, signature.args[0], *arguments[:2])
        return builder.atomic_rmw("add", address, arguments[2], "seq_cst")

    return types.int64(array, types.int64, types.int64), build


@intrinsic
def load_atomic(context, array, i):
    """array[i], of 64-bit integers, and all that was written before it was."""

    def build(context, builder, signature, arguments):
        address = _address(context, builder, signature.args[0], *arguments)
        return builder.load_atomic(address, "acquire", 8)

    return types.int64(array, types.int64), build


@intrinsic
def store_atomic(context, array, i, value):
    """Set array[i], of 64-bit integers, after all that was written before."""

    def build(context, builder, signature, arguments):
        address = _address(context, builder, signature.args[0], *arguments[:2])
        builder.store_atomic(arguments[2], address, "release", 8)
        return context.get_dummy_value()

    return types.none(array, types.int64, types.int64), build


@intrinsic
def relax(context):
    """A moment's rest within a loop that waits."""

    def build(context, builder, signature, arguments):
        if context.codegen().target_data and "x86" in context.codegen()._tm.triple:
            kind = ir.FunctionType(ir.VoidType(), [])
            builder.call(cgutils.get_or_insert_function(builder.module, kind, "llvm.x86.sse2.pause"), [])
        return context.get_dummy_value()

    return types.none(), build


@intrinsic
def give_way(context):
    """Let the system run something else on this core."""

    def build(context, builder, signature, arguments):
        if sys.platform != "win32":
            kind = ir.FunctionType(_INT, [])
            builder.call(cgutils.get_or_insert_function(builder.module, kind, "sched_yield"), [])
        return context.get_dummy_value()

    return types.none(), build
