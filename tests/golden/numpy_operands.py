"""Random arrays in random layouts, and the text that tells them: types, values, shapes, views. Read first: numpy_cases.py."""

import math
import random

import numpy as np

R = random.Random()
L = np.longdouble
TYPES = {'f32': np.float32, 'f64': np.float64, 'bool': np.bool_, 'i8': np.int8, 'i16': np.int16, 'i32': np.int32, 'i64': np.int64,
         'u8': np.uint8, 'u16': np.uint16, 'u32': np.uint32, 'u64': np.uint64}
NAMES = {np.dtype(t): name for name, t in TYPES.items()}
FLOATS = ['f32', 'f64']
SIGNED = ['i8', 'i16', 'i32', 'i64']
INTEGERS = SIGNED + ['u8', 'u16', 'u32', 'u64']
# Floats twice as often: they have more to go wrong.
NUMBERS = FLOATS * 2 + INTEGERS
ALL = NUMBERS + ['bool']


# ---- text

def number(x):
    if isinstance(x, (bool, np.bool_)):
        return '1' if x else '0'
    if isinstance(x, (int, np.integer)):
        return str(int(x))
    text = repr(float(x)) if isinstance(x, float) else str(x)
    return text.removesuffix('.0')


def listed(a):
    a = np.asarray(a)
    items = a.ravel().tolist() if a.dtype != np.float32 else list(a.ravel())
    return ','.join(map(number, items))


def joined(numbers):
    return ','.join(map(str, numbers))


def exact(a):
    a = np.asarray(a)
    return f'={NAMES[a.dtype]}[{joined(a.shape)}]{listed(a)}'


def viewed(a):
    a = np.asarray(a)
    strides = joined(s // a.itemsize for s in a.strides)
    return f'={NAMES[a.dtype]}[{joined(a.shape)}]{{{strides}}}{listed(a)}'


def rough(like, reference, scale=None):
    """The answer has the shape and type of `like`, and the values of `reference` but for rounding."""
    like, reference = np.asarray(like), np.asarray(reference, dtype=L)
    assert like.shape == reference.shape, (like.shape, reference.shape)
    scale = np.zeros(like.shape) if scale is None else np.asarray(scale, dtype=L)
    if scale.size and float(scale.max()) > float(np.finfo(like.dtype).max) / 4:
        raise Skip
    scales = '' if not scale.any() else listed(scale.astype(np.float64))
    return f'~{NAMES[like.dtype]}[{joined(like.shape)}]{listed(reference.astype(np.float64))}~{scales}'


def rounded(reference, dtype):
    """The correctly rounded answer."""
    return exact(np.asarray(reference, dtype=L).astype(dtype))


class Skip(Exception):
    """This case is one of those that the head of this file names."""


# ---- values, shapes, layouts

def values(dtype, n, tame=False):
    t = TYPES[dtype]
    kind = R.random()
    if dtype == 'bool':
        return np.array([R.random() < kind for _ in range(n)], dtype=t)
    if dtype in FLOATS:
        if kind < 0.5 or tame:
            return np.array([R.randint(-24, 24) / 4 for _ in range(n)], dtype=t)
        if kind < 0.7:
            return np.array([R.gauss(0, 1) * 10 ** R.uniform(-3, 3) for _ in range(n)]).astype(t)
        f = np.finfo(t)
        special = [np.nan, np.inf, -np.inf, 0.0, -0.0, 1.0, -1.0, 0.5, -0.5, 1.5, 2.5, -2.5, 3.0, -7.0, 1e6, -88.7, 709.7, 1 / 3]
        special += [float(f.max), -float(f.max), float(f.tiny), float(f.smallest_subnormal), -float(f.smallest_subnormal) * 77, float(f.eps)]
        some = R.sample(special, R.randint(1, 6)) + [R.randint(-9, 9) / 2 for _ in range(3)]
        return np.array([R.choice(some) for _ in range(n)]).astype(t)
    i = np.iinfo(t)
    low, high = int(i.min), int(i.max)
    if kind < 0.55 or tame:
        return np.array([R.randint(max(low, -6), 9) for _ in range(n)], dtype=t)
    if kind < 0.8:
        return np.array([R.randint(low, high) for _ in range(n)], dtype=t)
    return np.array([R.choice([low, low + 1, high - 1, high, 0, 1, 2, 3, max(low, -1), max(low, -2)]) for _ in range(n)], dtype=t)


def shape(low=0, high=5, limit=40):
    if R.random() < 0.004:
        big = [R.randint(200, 700)] if R.random() < 0.5 else [R.randint(2, 30), R.randint(2, 30)]
        if low <= len(big) <= high:
            return big
    out = [0 if R.random() < 0.03 else R.choice((1, 2, 2, 3, 3, 4, 5)) for _ in range(R.randint(low, high))]
    while math.prod(out) > limit:
        out[R.randrange(len(out))] = R.choice((1, 2))
    return out


def one_slice(n):
    """Text of a slice that takes n elements, and the size of the axis that it takes them from."""
    if n == 0:
        m = R.randint(0, 3)
        return R.choice((f'{m}:', '3:1', ':-9', '0:-4:2', ':3:-1')), m
    step = R.choice((1, 1, 2, 3, -1, -1, -2))
    left, right = R.choice((0, 0, 1, 2)), R.choice((0, 0, 1, 2))
    last = left + (n - 1) * abs(step)
    m = last + 1 + right
    begin, end = (left, last + 1) if step > 0 else (last, left - 1)
    begin = R.choice((begin, begin - m)) if (begin not in (0, m - 1) or R.random() < 0.5) else ''
    end = (R.choice((end, end - m)) if 0 <= end < m else '')
    text = f'{begin}:{end}' + (f':{step}' if step != 1 or R.random() < 0.1 else '')
    return (text, m) if len(eval(f'range(m)[{text}]', {'range': range, 'm': m})) == n else (':', n)


def before(out):
    """A step that leads to shape `out`, and the shape that it starts from."""
    kind = R.choice(('T', 'transpose', 'transpose', 'flip', 'broadcast', 'slice', 'slice', 'slice', 'expand', 'squeeze', 'reshape'))
    n = len(out)
    if kind == 'T':
        return 'T', out[::-1]
    if kind == 'transpose':
        order = R.sample(range(n), n)
        start = [0] * n
        for i, axis in enumerate(order):
            start[axis] = out[i]
        return 'transpose ' + joined(axis - n * (R.random() < 0.1) for axis in order), start
    if kind == 'flip':
        return 'flip ' + joined(axis for axis in range(n) if R.random() < 0.5), out
    if kind == 'broadcast':
        start = [1 if R.random() < 0.4 else size for size in out]
        return 'broadcast ' + joined(out), start[R.choice((0, 0, 0, min(1, n))):]
    if kind == 'slice':
        items, start = [], []
        for i, size in enumerate(out):
            if R.random() < 0.1:
                extra = R.randint(1, 3)
                items.append(str(R.randrange(-extra, extra)))
                start.append(extra)
            if size == 1 and R.random() < 0.2:
                items.append('None')
            elif R.random() < 0.3 and '...' not in items and i:
                items.append('...')
                start.append(size)
            else:
                text, m = one_slice(size)
                items.append(text)
                start.append(m)
        return ('slice ' + ', '.join(items), start) if items else ('T', out)
    if kind == 'expand' and 1 in out:
        axis = R.choice([i for i in range(n) if out[i] == 1])
        return f'expand {axis - (n if R.random() < 0.3 else 0)}', out[:axis] + out[axis + 1:]
    if kind == 'squeeze':
        axis = R.randint(0, n)
        return f'squeeze {axis}', out[:axis] + [1] + out[axis:]
    if kind == 'reshape':
        return 'reshape ' + joined(out), R.choice(([math.prod(out)], out + [1], out[:-2] + [math.prod(out[-2:])]))
    return 'T', out[::-1]


def step(a, text):
    name, _, rest = text.partition(' ')
    numbers = tuple(map(int, rest.split(','))) if rest and name != 'slice' else ()
    return {'T': lambda: a.T, 'transpose': lambda: a.transpose(numbers), 'flip': lambda: np.flip(a, numbers),
            'broadcast': lambda: np.broadcast_to(a, numbers), 'slice': lambda: np.asarray(eval(f'a[{rest}]', {'a': a})),
            'expand': lambda: np.expand_dims(a, numbers[0]), 'squeeze': lambda: np.squeeze(a, numbers[0]),
            'reshape': lambda: a.reshape(numbers)}[name]()


def operand(dtype, out, tame=False, change=None):
    """An array of shape `out` in some layout, and its text."""
    out = list(out)
    start, steps = out, []
    for _ in range(R.choice((0, 1, 1, 2, 3))):
        text, earlier = before(start)
        if math.prod(earlier) > 3 * math.prod(out) + 40 or len(earlier) > 7:
            break
        steps.insert(0, text)
        start = earlier
    data = values(dtype, math.prod(start), tame)
    if change:
        data = change(data).astype(TYPES[dtype])
    a = data.reshape(start)
    for text in steps:
        a = np.asarray(step(a, text))
    assert list(a.shape) == out, (start, steps, a.shape, out)
    return f'{dtype}[{joined(start)}]{listed(data)}' + ''.join('>' + text for text in steps), a


def stretchable(out):
    part = [1 if R.random() < 0.2 else n for n in out]
    return part[R.randint(0, len(out)):] if R.random() < 0.25 else part


def spoiled(part):
    part = list(part) or [2]
    part[R.randrange(len(part))] += R.choice((1, 1, 2))
    return part


def several(dtypes, count, tame=False):
    """Operands of one type that broadcast, mostly."""
    out = shape()
    shapes = [stretchable(out) for _ in range(count)]
    if R.random() < 0.07:
        shapes[-1] = spoiled(shapes[-1])
    dtype = R.choice(dtypes)
    texts, arrays = zip(*(operand(dtype, s, tame) for s in shapes))
    return list(texts), list(arrays)


def some_axis(n):
    return R.choice((-n - 1, n, n + 3)) if R.random() < 0.06 or n == 0 else R.randrange(-n, n)


def no_such_axis(a, axis):
    if a.ndim == 0 and axis in (0, -1):
        raise Skip


def float_of(a):
    """The float type of exp and its like: I4, with float32 for float16."""
    dtype = np.sqrt(a[:0].ravel() if a.ndim else a).dtype
    return np.dtype(np.float32) if dtype == np.float16 else dtype
