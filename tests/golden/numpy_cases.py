"""Cases from NumPy itself: random operands in random layouts, and what NumPy 2.4.6 makes of them.

    python numpy_cases.py 4000 1 numpy_cases.txt        # number of cases, seed, output

One case a line:   operation|key=value;...|operand|...|answer
operand            f64[2,3]1,2,3,4,5,6>T>slice ::-1,0    type, shape, data in C order, and the views taken of it, one after another
answer             =f64[2]1,2     exact          =f64[2]{1}1,2   exact, with the strides of a view, in elements
                   ~f64[2]1,2~3,4 computed in longdouble, and what bounds the rounding error: see compare.rs
                   !text          the error, NumPy's text
Floats are the shortest decimals that read back the same. How close an answer has to be is for the test to say: tests/numpy.rs.

Operands are made in numpy_operands.py, operations are in numpy_operations.py and numpy_views.py.

Skipped, because NUMPY.md makes it different on purpose: mixed types (top); exp of int8, uint8 and bool as float16 (I4: float32, and the
reference is computed from that); casts of nan and of out-of-range floats to integers (I6); overflow of sums that depends on their order (R13);
reductions and squeeze of 0-d arrays along axis 0 or -1 (R6a), which are in tests/it/reductions.rs.
Skipped, because there is no such thing in nptensor: argmax and abs of bool, floor and ceil of integers,
fewer indices than axes for one element (a slice).
"""

import sys
import warnings

import numpy as np

sys.dont_write_bytecode = True

import numpy_views  # noqa: E402, F401: adds its operations
from numpy_operands import R, Skip  # noqa: E402
from numpy_operations import CASES, DONE  # noqa: E402

assert np.__version__ == '2.4.6', np.__version__
np.seterr(all='ignore')
warnings.simplefilter('ignore')


def line(name):
    """One case, or None where it is one of those to skip."""
    try:
        params, texts, compute = CASES[name]()
        try:
            answer = compute()
        except (TypeError, ValueError, IndexError, ZeroDivisionError) as error:
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
