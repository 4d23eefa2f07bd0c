"""Elementwise operations, reductions, joins and products: each gives parameters, operands, and what computes the answer."""

import math

import numpy as np

from numpy_operands import (
    ALL, FLOATS, INTEGERS, NAMES, NUMBERS, TYPES, L, R, Skip, exact, float_of, joined, listed, no_such_axis, operand, rough, rounded, several,
    shape, some_axis, spoiled, stretchable)

CASES = {}


def operation(*names):
    def register(make):
        for name in names:
            CASES[name] = (lambda name: lambda: make(name))(name)
        return make
    return register


@operation('add', 'multiply', 'true_divide', 'equal', 'not_equal', 'less', 'less_equal', 'greater', 'greater_equal', 'maximum', 'minimum')
def binary(name):
    texts, (a, b) = several(ALL, 2)
    return '', texts, lambda: exact(getattr(np, name)(a, b))


@operation('subtract', 'floor_divide', 'remainder')
def binary_number(name):
    texts, (a, b) = several(NUMBERS, 2)
    return '', texts, lambda: exact(getattr(np, name)(a, b))


@operation('power')
def power(_):
    texts, (a, b) = several(NUMBERS, 2, tame=R.random() < 0.7)
    if a.dtype.kind == 'i' and R.random() < 0.85:
        b = np.abs(b) & np.asarray(63, b.dtype)
        texts[1] = f'{NAMES[b.dtype]}[{joined(b.shape)}]{listed(b)}'
    if a.dtype.kind == 'f':
        return '', texts, lambda: (np.power(a, b), rounded(np.power(a.astype(L), b.astype(L)), a.dtype))[1]
    return '', texts, lambda: exact(np.power(a, b))


@operation('iadd', 'imul', 'isub', 'idiv')
def in_place(name):
    ufunc, dtypes = {'iadd': (np.add, ALL), 'imul': (np.multiply, ALL), 'isub': (np.subtract, NUMBERS), 'idiv': (np.true_divide, FLOATS)}[name]
    target = shape()
    other = stretchable(target)
    if R.random() < 0.12:
        other = R.choice((spoiled(other), [2] + target, spoiled(target)))
        target = R.choice((target, stretchable(target)))
    dtype = R.choice(dtypes)
    (at, a), (bt, b) = operand(dtype, target), operand(dtype, other)
    a = a.copy()
    return '', [at, bt], lambda: exact(ufunc(a, b, out=a))


@operation('negative', 'abs', 'sign', 'relu', 'square')
def unary_number(name):
    text, a = operand(R.choice(NUMBERS), shape())
    f = {'relu': lambda x: np.maximum(np.zeros((), x.dtype), x)}.get(name) or getattr(np, name)
    return '', [text], lambda: exact(f(a))


@operation('floor', 'ceil', 'trunc', 'rint')
def rounding(name):
    text, a = operand(R.choice(FLOATS), shape())
    return '', [text], lambda: exact(getattr(np, name)(a))


@operation('isnan', 'isinf', 'isfinite')
def kind(name):
    text, a = operand(R.choice(ALL), shape())
    return '', [text], lambda: exact(getattr(np, name)(a))


@operation('logical_not')
def logical_not(_):
    text, a = operand('bool', shape())
    return '', [text], lambda: exact(np.logical_not(a))


@operation('step')
def heaviside(_):
    text, a = operand(R.choice(ALL), shape())
    return '', [text], lambda: exact((a > np.zeros((), a.dtype)).astype(np.int64))


@operation('exp', 'log', 'tanh', 'sqrt', 'sigmoid', 'expm1', 'log1p', 'log2', 'log10')
def real(name):
    text, a = operand(R.choice(ALL), shape())
    f = {'sigmoid': lambda x: np.where(x >= 0, 1 / (1 + np.exp(-x)), np.exp(x) / (1 + np.exp(x)))}.get(name) or getattr(np, name)
    if name == 'sqrt':
        return '', [text], lambda: exact(np.sqrt(a.astype(float_of(a))))

    def answer():
        x = a.astype(float_of(a)).astype(L)
        return rounded(np.where(np.isnan(x), x, f(x)), float_of(a))
    return '', [text], answer


@operation('softmax', 'log_softmax')
def softmax(name):
    text, a = operand(R.choice(ALL), shape())
    axis = None if name == 'softmax' and R.random() < 0.4 else some_axis(a.ndim)
    no_such_axis(a, axis)

    def answer():
        x = a.astype(float_of(a))
        like = x - np.max(x, axis=axis, keepdims=True)
        x = x.astype(L)
        d = x - np.max(x, axis=axis, keepdims=True)
        far = np.where(np.isfinite(d), -d, 0)
        if far.size and float(far.max()) > float(np.finfo(like.dtype).max) / 4:
            raise Skip
        e, n = np.exp(d), d.size / max(like.max(axis=axis).size, 1)
        total = np.sum(e, axis=axis, keepdims=True)
        if name == 'log_softmax':
            return rough(like, d - np.log(total), far + 3 * n + 3)
        return rough(like, e / total, np.where(np.isnan(e / total), 0, e / total * (far / 2 + n + 4)))
    return f'axis={str(axis).lower()}', [text], answer


@operation('astype')
def astype(_):
    source, target = R.choice(ALL), R.choice(list(TYPES))

    def defined(data):
        if source in FLOATS and target in INTEGERS:
            i = np.iinfo(TYPES[target])
            x = np.trunc(data.astype(L))
            return np.where((x >= L(int(i.min))) & (x <= L(int(i.max))), data, TYPES[source](R.randint(0, 9)))
        return data
    text, a = operand(source, shape(), change=defined)
    return f'to={target}', [text], lambda: exact(a.astype(TYPES[target]))


@operation('where')
def where(_):
    texts, (c, x, y) = several(ALL, 3)
    text, c = operand('bool', c.shape)
    return '', [text] + texts[1:], lambda: exact(np.where(c, x, y))


@operation('clip')
def clip(_):
    texts, (x, low, high) = several(ALL, 3)
    return '', texts, lambda: exact(np.clip(x, low, high))


def axes_of(n):
    """axis and keepdims, as text and as arguments."""
    kind = R.random()
    if kind < 0.25:
        axis, text = None, 'none'
    elif kind < 0.65:
        axis = some_axis(n)
        text = str(axis)
    else:
        axis = tuple(i - R.choice((0, n)) for i in R.sample(range(n), R.randint(0, n)))
        if R.random() < 0.06:
            axis += (some_axis(n),)
        text = joined(axis)
    keepdims = R.random() < 0.4
    return f'axis={text};keepdims={int(keepdims)}', axis, keepdims


@operation('sum', 'prod', 'mean', 'max', 'min', 'all', 'any')
def reduction(name):
    text, a = operand(R.choice(ALL), shape(limit=120))
    params, axis, keepdims = axes_of(a.ndim)
    f = getattr(np, name)

    def answer():
        no_such_axis(a, axis)
        got = f(a, axis=axis, keepdims=keepdims)
        dtype = np.asarray(got).dtype
        if name not in ('sum', 'prod', 'mean') or dtype.kind != 'f':
            return exact(got)
        x = a.astype(L)
        size = np.where(np.isfinite(x), np.abs(x), 0)
        if name == 'prod':
            logs = np.abs(np.log2(np.where(size == 0, 1, size)))
            if logs.size and np.max(np.sum(logs, axis=axis)) > (100 if dtype == np.float32 else 900):
                raise Skip
            reference = np.prod(x, axis=axis, keepdims=keepdims)
            return rough(got, reference, np.where(np.isfinite(reference), np.abs(reference), 0))
        if size.size and float(np.max(np.sum(size, axis=axis))) > float(np.finfo(dtype).max) / 4:
            raise Skip
        return rough(got, f(x, axis=axis, keepdims=keepdims), f(size, axis=axis, keepdims=keepdims) if size.size else None)
    return params, [text], answer


@operation('var', 'std')
def spread(name):
    # (Of tame floats: squares that overflow, and infinities, depend on the order of the sums.)
    text, a = operand(R.choice(ALL), shape(limit=120), tame=True)
    params, axis, keepdims = axes_of(a.ndim)
    ddof = R.choice((0, 0, 1, 2))

    def answer():
        got = getattr(np, name)(a, axis=axis, keepdims=keepdims, ddof=ddof)
        x, arguments = a.astype(L), {'axis': axis, 'keepdims': keepdims}
        reference = getattr(np, name)(x, ddof=ddof, **arguments)
        if not np.all(np.isfinite(reference)):
            return rough(got, reference)
        # std is a norm: off by no more than what is left of each element is, which is off by its own rounding and that of the mean.
        n = x.size / max(reference.size, 1)
        off = np.sqrt(n / max(n - ddof, 1)) * (np.std(x, **arguments) + np.mean(np.abs(x), **arguments)) if x.size else reference
        if name == 'var':
            off = off * (2 * np.sqrt(reference) + (n + 3) * float(np.finfo(np.asarray(got).dtype).eps) * off)
        return rough(got, reference, 4 * off)
    return f'{params};ddof={ddof}', [text], answer


@operation('cumsum', 'sort', 'argsort')
def along(name):
    text, a = operand(R.choice(ALL), shape(limit=120))
    axis = some_axis(a.ndim)
    more = {} if name == 'cumsum' else {'kind': 'stable'}
    return f'axis={axis}', [text], lambda: exact(getattr(np, name)(a, axis=axis, **more))


@operation('argmax', 'argmin')
def arg(name):
    text, a = operand(R.choice(NUMBERS), shape())
    axis = None if R.random() < 0.3 or a.ndim == 0 else some_axis(a.ndim)
    keepdims = R.random() < 0.4
    return f'axis={str(axis).lower()};keepdims={int(keepdims)}', [text], lambda: exact(getattr(np, name)(a, axis=axis, keepdims=keepdims))


@operation('concatenate', 'stack')
def join(name):
    first = shape(0 if R.random() < 0.1 else 1, 4)
    axis = some_axis(len(first) + (name == 'stack'))
    shapes = [list(first) for _ in range(R.randint(1, 4) if R.random() < 0.97 else 0)]
    if name == 'concatenate' and first and -len(first) <= axis < len(first):
        for s in shapes:
            s[axis] = R.choice((s[axis], R.randint(0, 4)))
    if shapes and R.random() < 0.1:
        shapes[-1] = R.choice((spoiled(shapes[-1]), shapes[-1] + [1]))
    dtype = R.choice(ALL)
    made = [operand(dtype, s) for s in shapes]
    arrays = [a for _, a in made]
    return f'dtype={dtype};axis={axis}', [t for t, _ in made], lambda: exact(getattr(np, name)(arrays, axis=axis))


PAIRS = {name: [(m, n) for m in range(6) for n in range(6)] for name in ('dot', 'matmul')}
DONE = dict.fromkeys(PAIRS, 0)


@operation('dot', 'matmul')
def product(name):
    m, n = PAIRS[name][DONE[name] % 36]
    size = lambda: 0 if R.random() < 0.03 else R.choice((1, 2, 3) if max(m, n) < 4 else (1, 1, 2, 2, 3))
    k = 0 if R.random() < 0.05 else R.randint(1, 5)
    if max(m, n) < 3 and R.random() < 0.05:
        k, size = R.randint(1, 60), lambda: R.randint(1, 20)
    batch = [size() for _ in range(4)]
    part = lambda count: [1 if R.random() < 0.25 else d for d in batch[4 - count:]] if name == 'matmul' else [size() for _ in range(count)]
    a = (part(m - 2) if m > 2 else []) + ([size()] if m > 1 else []) + ([k] if m else [])
    b = (part(n - 2) if n > 2 else []) + ([k] if n else []) + ([size()] if n > 1 else [])
    # The first round goes through all pairs of ranks without a mistake.
    if a and DONE[name] >= 36 and R.random() < 0.08:
        a = spoiled(a)
    dtype = R.choice(ALL)
    tame = dtype not in FLOATS and R.random() < 0.5 or math.prod(a[:-1]) * math.prod(b) > 60
    (at, a), (bt, b) = operand(dtype, a, tame), operand(dtype, b, tame)
    f = getattr(np, name)

    def answer():
        got = f(a, b)
        if np.asarray(got).dtype.kind != 'f':
            return exact(got)
        if a.ndim == 0 or b.ndim == 0:
            return exact(np.multiply(a, b))
        size = lambda x: np.where(np.isfinite(x), np.abs(x), 0).astype(L)
        return rough(got, f(a.astype(L), b.astype(L)), f(size(a), size(b)))
    return '', [at, bt], answer


@operation('allclose')
def allclose(_):
    rtol, atol = R.choice(((1e-5, 1e-8), (0.25, 0.125), (0.0, 0.5), (0.0, 0.0)))
    dtype = R.choice(FLOATS)
    a_text, a = operand(dtype, shape())
    b_text, b = operand(dtype, stretchable(list(a.shape)) if R.random() < 0.3 else a.shape)
    if R.random() < 0.5:
        b = a + R.choice((0.0, 1e-9, 1e-3, 0.1)) * np.where(np.isfinite(a), a, 0)
        b = np.asarray(b, dtype=a.dtype)
        b_text = f'{dtype}[{joined(b.shape)}]{listed(b)}'
    elif R.random() < 0.1:
        b_text, b = operand(dtype, spoiled(b.shape))

    def answer():
        close = np.allclose(a, b, rtol=rtol, atol=atol)
        # NumPy compares float32 in float32; where that decides, the answer is no more than rounding.
        if dtype == 'f32' and close != np.allclose(a.astype('f8'), b.astype('f8'), rtol=rtol, atol=atol):
            raise Skip
        return exact(np.bool_(close))
    return f'rtol={rtol};atol={atol}', [a_text, b_text], answer
