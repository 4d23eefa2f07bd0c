"""Views, selections, single elements and ready-made arrays: each gives parameters, operands, and what computes the answer."""

import math

import numpy as np

from numpy_operands import (
    ALL, FLOATS, NUMBERS, TYPES, R, Skip, exact, joined, no_such_axis, number, operand, shape, some_axis, spoiled, stretchable, values, viewed)
from numpy_operations import operation


@operation('transpose', 'T', 'reshape', 'broadcast_to', 'slice', 'expand_dims', 'squeeze', 'flip', 'swapaxes', 'moveaxis', 'flatten')
def view(name):
    text, a = operand(R.choice(ALL), shape())
    n = a.ndim
    wrong = R.random() < 0.12
    if name in ('T', 'flatten'):
        return '', [text], lambda: viewed(a.T if name == 'T' else a.flatten())
    if name == 'transpose':
        axes = [axis - R.choice((0, n)) for axis in R.sample(range(n), n)]
        if wrong:
            axes = R.choice((axes + [0], axes[1:], [some_axis(n) for _ in axes]))
        return f'axes={joined(axes)}', [text], lambda: viewed(a.transpose(axes))
    if name == 'reshape':
        shapes = [[a.size], [-1], list(a.shape[::-1]), [-1, 1], [1] + list(a.shape), list(a.shape[:-2]) + [-1]]
        shapes += [[d, a.size // d] for d in range(1, 8) if a.size % d == 0] + [[d, -1, 1] for d in range(2, 8) if a.size % d == 0]
        wrongs = [[-1, -1], [a.size + 1], [5, -1], [0, -1], [-1, 7], [2, -1, -1], [3, 5], [-2], [2, -5], [-1, 0], [], [7]]
        s = R.choice(wrongs if wrong else shapes)
        return f'shape={joined(s)}', [text], lambda: viewed(a.reshape(s))
    if name == 'broadcast_to':
        text, a = operand(R.choice(ALL), stretchable(shape()))
        s = [R.randint(0, 3) if d == 1 else d for d in a.shape]
        s = [R.randint(1, 3) for _ in range(R.randint(0, 2))] + s
        if wrong:
            s = R.choice((s[1:], spoiled(s), s[:-1]))
        return f'shape={joined(s)}', [text], lambda: viewed(np.broadcast_to(a, s))
    if name == 'slice':
        items = [R.choice((f'{R.randint(-7, 7)}:{R.randint(-7, 7)}:{R.choice((-3, -2, -1, 1, 2, 3))}', '::-1', ':', f'{R.randint(-6, 6)}:',
                           f':{R.randint(-6, 6)}', f'::{R.choice((-9223372036854775807, -2, 2, 9223372036854775807))}',
                           str(R.randint(-4, 4)) if wrong else '0:1', '0' if 0 not in a.shape else ':'))
                 for _ in range(R.randint(1, max(1, n)))]
        if n == 0:
            items = []
        for extra in ('...', 'None', 'None'):
            if R.random() < 0.25:
                items.insert(R.randint(0, len(items)), extra)
        if wrong and R.random() < 0.5:
            items.insert(R.randint(0, len(items)), R.choice(('...', '0', '::0', '99', ':')))
        items = items or ['...']
        text_of = ', '.join(items)
        return f'index={text_of}', [text], lambda: viewed(eval(f'a[{text_of}{"," if len(items) == 1 else ""}]', {'a': a}))
    if name == 'expand_dims':
        axis = some_axis(n + 1)
        return f'axis={axis}', [text], lambda: viewed(np.expand_dims(a, axis))
    if name == 'squeeze':
        ones = [i - R.choice((0, n)) for i in range(n) if a.shape[i] == 1]
        axis = R.choice((None, R.choice(ones) if ones and not wrong else some_axis(n)))
        no_such_axis(a, axis)
        return f'axis={str(axis).lower()}', [text], lambda: viewed(np.squeeze(a, axis))
    if name == 'flip':
        axes = tuple(some_axis(n) for _ in range(2)) if wrong else tuple(i - R.choice((0, n)) for i in R.sample(range(n), R.randint(0, n)))
        return f'axes={joined(axes)}', [text], lambda: viewed(np.flip(a, axes))
    if name == 'swapaxes':
        one, two = some_axis(n), some_axis(n)
        return f'axes={one},{two}', [text], lambda: viewed(np.swapaxes(a, one, two))
    count = R.randint(0, n)
    source, target = ([i - R.choice((0, n)) for i in R.sample(range(n), count)] for _ in range(2))
    if wrong:
        source, target = R.choice(((source, target + [0]), ([some_axis(n) for _ in target], target), (source, [some_axis(n) for _ in source])))
    return f'source={joined(source)};destination={joined(target)}', [text], lambda: viewed(np.moveaxis(a, source, target))


@operation('select')
def select(_):
    text, a = operand(R.choice(ALL), shape())
    s = list(a.shape)
    if R.random() < 0.12:
        s = R.choice((spoiled(s) if s else [1], s + [1], [1] + s))
    mask_text, mask = operand('bool', s)
    return '', [text, mask_text], lambda: exact(a[mask])


@operation('assign_where')
def assign_where(_):
    dtype = R.choice(ALL)
    text, a = operand(dtype, shape())
    s = list(a.shape[:R.choice((a.ndim, R.randint(0, a.ndim)))])
    if R.random() < 0.08:
        s = R.choice((spoiled(s) if s else [1], s + [1], [1] + s))
    mask_text, mask = operand('bool', s)
    try:
        into = a[mask].shape
    except IndexError:
        into = ()
    values_text, v = operand(dtype, R.choice(([], into, stretchable(list(into)), [1] + list(into), spoiled(list(into)))))
    a = a.copy()

    def answer():
        a[mask] = v
        return exact(a)
    return '', [text, mask_text, values_text], answer


@operation('take')
def take(_):
    text, a = operand(R.choice(ALL), shape())
    axis = some_axis(a.ndim)
    x = a.reshape(1) if a.ndim == 0 else a
    n = x.shape[axis] if -x.ndim <= axis < x.ndim else 3
    wrong = R.random() < 0.06
    listed_text, index = operand('i64', shape(0, 2, 9), change=lambda data: np.array([
        R.choice((-n - 1, n, 99)) if wrong or n == 0 else R.randrange(-n, n) for _ in data], dtype=np.int64))

    def answer():
        at = np.lib.array_utils.normalize_axis_index(axis, x.ndim)
        return exact(x[(slice(None),) * at + (index,)])
    return f'axis={axis}', [text, listed_text], answer


@operation('pad')
def pad(_):
    dtype = R.choice(ALL)
    text, a = operand(dtype, shape(high=4))
    widths = [(R.randint(0, 2), R.randint(0, 2)) for _ in range(R.choice((1, a.ndim, a.ndim, a.ndim, a.ndim + R.choice((0, 0, 0, 1)))))]
    value = values(dtype, 1)[0]
    if not widths:
        raise Skip
    return f'widths={joined(n for pair in widths for n in pair)};value={number(value)}', [text], lambda: exact(np.pad(a, widths, constant_values=value))


@operation('get')
def get(_):
    text, a = operand(R.choice(ALL), shape())
    index = [some_axis(n) for n in a.shape] + [0] * (R.random() < 0.05)
    return f'index={joined(index)}', [text], lambda: exact(a[tuple(index)])


@operation('setitem')
def setitem(_):
    target = shape()
    dtype = R.choice(ALL)
    text, a = operand(dtype, target)
    index = [some_axis(n) for n in a.shape] + [0] * (R.random() < 0.05)
    value = values(dtype, 1)[0]
    a = a.copy()

    def answer():
        a[tuple(index)] = value
        return exact(a)
    return f'index={joined(index)};value={number(value)}', [text], answer


@operation('item')
def item(_):
    text, a = operand(R.choice(ALL), [1] * R.randint(0, 4) if R.random() < 0.8 else shape())
    return '', [text], lambda: exact(np.asarray(a.item(), dtype=a.dtype))


@operation('arange')
def arange(_):
    dtype = R.choice(NUMBERS)
    t = TYPES[dtype]
    if dtype in FLOATS:
        start, stop, step_ = (float(t(R.choice((R.randint(-8, 8) / 4, R.uniform(-5, 5), R.randint(-30, 30) / 10)))) for _ in range(3))
        step_ = float(t(R.choice((step_, step_ / 10, 0.1, -0.1, 0.3, 1.0))))
        if R.random() < 0.05:
            start, stop, step_ = (R.choice((x, np.nan, np.inf, -np.inf, 0.0, 1e300 if dtype == 'f64' else 1e30, 5e-324 if dtype == 'f64' else 1e-45)) for x in (start, stop, step_))
            start, stop, step_ = (float(t(x)) for x in (start, stop, step_))
        if step_ and math.isfinite((stop - start) / step_) and 200 < (stop - start) / step_ < 2 ** 63:
            raise Skip
    else:
        low, high = max(-40, int(np.iinfo(t).min)), 90
        start, stop, step_ = R.randint(low, high), R.randint(low, high), R.randint(max(low, -7), 7)
    # Scalars of float32 are counted in float32; a step of 0 is Python's error.
    of = t if dtype == 'f32' and step_ else lambda x: x
    return f'dtype={dtype};start={number(start)};stop={number(stop)};step={number(step_)}', [], lambda: exact(np.arange(of(start), of(stop), of(step_), dtype=t))


@operation('linspace')
def linspace(_):
    dtype = R.choice(FLOATS)
    t = TYPES[dtype]
    start, stop = (float(x) for x in values(dtype, 2))
    num = R.choice((0, 1, 2, 3, R.randint(0, 60)))
    return f'dtype={dtype};start={number(start)};stop={number(stop)};num={num}', [], lambda: exact(np.linspace(start, stop, num, dtype=t))


@operation('eye')
def eye(_):
    dtype, n = R.choice(list(TYPES)), R.randint(0, 6)
    return f'dtype={dtype};n={n}', [], lambda: exact(np.eye(n, dtype=TYPES[dtype]))


@operation('full')
def full(_):
    dtype, s = R.choice(list(TYPES)), shape()
    if R.random() < 0.05:
        s = R.choice(([2 ** 40, 2 ** 40], [2 ** 62, 2 ** 62], [0, 2 ** 62, 4], [2 ** 63 - 1, 2], [1] * 65, [2 ** 62, 0, 2 ** 62]))
    value = values(dtype, 1)[0]
    return f'dtype={dtype};shape={joined(s)};value={number(value)}', [], lambda: exact(np.full(s, value, dtype=TYPES[dtype]))


@operation('broadcast_shapes')
def broadcast_shapes(_):
    out = shape()
    shapes = [stretchable(out) for _ in range(R.randint(0, 5))]
    if shapes and R.random() < 0.25:
        i = R.randrange(len(shapes))
        shapes[i] = spoiled(shapes[i])
    text = ''.join(f'[{joined(s)}]' for s in shapes)
    return f'shapes={text}', [], lambda: exact(np.array(np.broadcast_shapes(*map(tuple, shapes)), dtype=np.int64))
