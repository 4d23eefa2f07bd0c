"""Cases from NumPy itself: random operands in random layouts, and what NumPy 2.4.6 makes of them.

    python numpy_cases.py 4000 1 numpy_cases.txt        # number of cases, seed, output

One case a line:   operation|key=value;...|operand|...|answer
operand            f64[2,3]1,2,3,4,5,6>T>slice ::-1,0    type, shape, data in C order, and the views taken of it, one after another
answer             =f64[2]1,2     exact          =f64[2]{1}1,2   exact, with the strides of a view, in elements
                   ~f64[2]1,2~3,4 computed in longdouble, and what bounds the rounding error: see compare.rs
                   !text          the error, NumPy's text
Floats are the shortest decimals that read back the same. How close an answer has to be is for the test to say: tests/numpy.rs.

Skipped, because NUMPY.md makes it different on purpose: mixed types (top), exp of int8, uint8 and bool as float16 (I4: float32, the reference is
computed from that), casts of nan and of out-of-range floats to integers (I6), order-dependent overflow in sums (R13), masks with fewer axes
than the tensor, reductions and squeeze of 0-d arrays along axis 0 or -1, which NumPy lets pass (R6: axes are in [-n, n-1]), argmax and abs of bool, floor and ceil of integers (not offered), fewer indices than axes for one element (V6, an error).
"""

import math
import random
import sys

import numpy as np

assert np.__version__ == '2.4.6', np.__version__
np.seterr(all='ignore')
import warnings  # noqa: E402
warnings.simplefilter('ignore')

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


# ---- operations: each gives parameters, operands, and what computes the answer

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


@operation('negative', 'abs', 'sign', 'relu')
def unary_number(name):
    text, a = operand(R.choice(NUMBERS), shape())
    f = {'relu': lambda x: np.maximum(np.zeros((), x.dtype), x)}.get(name) or getattr(np, name)
    return '', [text], lambda: exact(f(a))


@operation('floor', 'ceil', 'trunc', 'rint')
def rounding(name):
    text, a = operand(R.choice(FLOATS), shape())
    return '', [text], lambda: exact(getattr(np, name)(a))


@operation('logical_not')
def logical_not(_):
    text, a = operand('bool', shape())
    return '', [text], lambda: exact(np.logical_not(a))


@operation('step')
def heaviside(_):
    text, a = operand(R.choice(ALL), shape())
    return '', [text], lambda: exact((a > np.zeros((), a.dtype)).astype(np.int64))


@operation('exp', 'log', 'tanh', 'sqrt', 'sigmoid')
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
    texts, (x, low, high) = several(NUMBERS, 3)
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


@operation('get')
def get(_):
    text, a = operand(R.choice(ALL), shape())
    index = [some_axis(n) for n in a.shape] + [0] * (R.random() < 0.05)
    return f'index={joined(index)}', [text], lambda: exact(a[tuple(index)])


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
    return f'dtype={dtype};start={number(start)};stop={number(stop)};step={number(step_)}', [], lambda: exact(np.arange(start, stop, step_, dtype=t))


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


def line(name):
    """One case, or None where it is one of those to skip."""
    try:
        params, texts, compute = CASES[name]()
        try:
            answer = compute()
        except (ValueError, IndexError, ZeroDivisionError) as error:
            answer = '!' + str(error)
    except Skip:
        return None
    fields = [name, params, *texts, answer]
    assert all('|' not in field and '\n' not in field for field in fields), fields
    return '|'.join(fields)


def main(count, seed, path):
    R.seed(seed)
    names = list(CASES)
    done = 0
    with open(path, 'w') as out:
        print(f'# numpy_cases.py {count} {seed}: NumPy {np.__version__}', file=out)
        while done < count:
            name = names[done % len(names)]
            text = line(name)
            if text is not None:
                print(text, file=out)
                done += 1
                DONE[name] = DONE.get(name, 0) + 1


if __name__ == '__main__':
    main(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3])
