"""A stand-in for the values that record what is done to them.

It brings both NumPy protocols and nothing that would let a formula look at its value: no truth, no
float, no array made of it.  A formula that gives the same numbers for a `Duck` as for an array can
be recorded.
"""

import numpy as np

LAST_PLACES = 4e-15

ALLOWED = {
    np.all,
    np.any,
    np.argmax,
    np.argmin,
    np.broadcast_to,
    np.clip,
    np.concatenate,
    np.cumsum,
    np.interp,
    np.max,
    np.mean,
    np.min,
    np.prod,
    np.reshape,
    np.stack,
    np.sum,
    np.where,
}


def peel(value):
    """The plain arrays in a value, whatever tuple, list or dict holds them."""
    if isinstance(value, Duck):
        return value.value
    if isinstance(value, (tuple, list)):
        return type(value)(peel(item) for item in value)
    if isinstance(value, dict):
        return {name: peel(item) for name, item in value.items()}
    return value


class Duck(np.lib.mixins.NDArrayOperatorsMixin):
    def __init__(self, value):
        self.value = np.asarray(value)

    shape = property(lambda self: self.value.shape)
    ndim = property(lambda self: self.value.ndim)
    size = property(lambda self: self.value.size)

    def __getitem__(self, index):
        return Duck(self.value[index])

    def __array_ufunc__(self, ufunc, method, *inputs, **options):
        assert method == "__call__", f"{ufunc.__name__}.{method} can't be recorded"
        assert not options, f"{ufunc.__name__} with {options} can't be recorded"
        return Duck(ufunc(*peel(inputs)))

    def __array_function__(self, function, types, arguments, options):
        assert function in ALLOWED, f"{function.__name__} can't be recorded"
        return Duck(function(*peel(arguments), **peel(options)))

    def _refuse(self, *arguments):
        raise TypeError("a formula looked at a value that is being recorded")

    __array__ = __bool__ = __float__ = __int__ = __index__ = __hash__ = __len__ = __iter__ = _refuse


def assert_recordable(formula, *arguments):
    """Assert that `formula` gives the same for ducks as for plain numbers."""
    plain = formula(*arguments)
    ducks = formula(*map(Duck, arguments))
    for with_duck, without in zip(_leaves(ducks), _leaves(plain), strict=True):
        got = peel(with_duck)
        if np.asarray(without).dtype.kind == "f":
            # A power of a number and of an array of one may differ in the last place.
            np.testing.assert_allclose(got, without, rtol=LAST_PLACES, atol=0)
        else:
            np.testing.assert_array_equal(got, without)
        assert isinstance(with_duck, Duck), "the result does not depend on the arguments"


def _leaves(value):
    if isinstance(value, (tuple, list)):
        return [leaf for item in value for leaf in _leaves(item)]
    if isinstance(value, dict):
        return [leaf for item in value.values() for leaf in _leaves(item)]
    return [value]
