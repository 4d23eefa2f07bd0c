//! New tensors: from literals, from data, and NumPy's ready-made ones.
//!
//! ```
//! use nptensor::Tensor;
//! assert_eq!(Tensor::from([[1, 2], [3, 4]]).to_string(), "[[1 2]\n [3 4]]");
//! // As in NumPy, ceil((stop - start) / step) elements.
//! assert_eq!(Tensor::arange(0.5, 0.8, 0.1)?.to_string(), "[0.5 0.6 0.7 0.8]");
//! # Ok::<(), nptensor::Error>(())
//! ```
//!
//! A Rust literal without a type is i32 or f64, where NumPy has int64 and float64: write `1_i64`, or name the type.
//! Read next: `from.rs`, arrays and lists as tensors.

use alloc::vec::Vec;

use super::{Tensor, filled, room};
use crate::error::{Error, Result};
use crate::kernel::closed::{Element, Float, Number};
use crate::kernel::memory::Shared;
use crate::kernel::scalar::{ScalarFloat, Value};
use crate::layout::Layout;
use crate::layout::axes::Axes;

/// C order under `shape`, which holds so many elements.
fn layout_of(size: usize, shape: &[usize]) -> Result<Layout> {
    let layout = Layout::row_major(shape)?;
    if layout.size() != size {
        let shape = shape.iter().map(|&n| n as isize).collect();
        return Err(Error::Reshape { size, shape });
    }
    Ok(layout)
}

impl<T: Element> Tensor<T> {
    /// `data` in C order under `shape`, without a copy.
    ///
    /// # Errors
    /// [`Error::Reshape`] when the shape holds another number of elements; [`Error::TooBig`], [`Error::TooManyAxes`].
    pub fn from_vec(data: Vec<T>, shape: &[usize]) -> Result<Self> {
        let layout = layout_of(data.len(), shape)?;
        Ok(Tensor::new(data, layout))
    }

    /// Elements of the program itself, in C order under `shape`, read where they lie: weights in a `static`, in the
    /// flash of a microcontroller. Writing to the tensor copies them first. (Of a file:
    /// [`read_model_static`](crate::formats::read_model_static).)
    ///
    /// # Errors
    /// As [`from_vec`](Tensor::from_vec).
    ///
    /// ```
    /// use nptensor::{Layer, Sequential, Tensor};
    /// static W: [f32; 6] = [0.1, 0.3, 0.5, 0.2, 0.4, 0.6];
    /// static B: [f32; 3] = [0.1, 0.2, 0.3];
    /// // (inputs, outputs): as the forward pass reads them fastest. Of torch's (outputs, inputs) the transposed view.
    /// let dense = Layer::dense(Tensor::from_static(&W, &[2, 3])?, Tensor::from_static(&B, &[3])?);
    /// let network = Sequential::new([dense])?;
    /// let Layer::Dense { w, .. } = &network.layers()[0] else { unreachable!() };
    /// assert_eq!(w.as_slice().unwrap().as_ptr(), W.as_ptr());
    /// # Ok::<(), nptensor::Error>(())
    /// ```
    pub fn from_static(data: &'static [T], shape: &[usize]) -> Result<Self> {
        let layout = layout_of(data.len(), shape)?;
        Ok(Tensor { data: Shared::from_static(data), layout })
    }

    /// `data` under a shape with strides, in elements, and the offset of the first: `np.lib.stride_tricks.as_strided`,
    /// checked. [`data`](Tensor::data) and [`layout`](Tensor::layout) give them back.
    ///
    /// Where strides bring two indices to one element (but for strides of 0), the elements are copied out in C order:
    /// writing to one must not change another. Of no elements, the layout is in C order; of a single index, which takes
    /// no step, a stride is cut to the length of the data.
    ///
    /// # Errors
    /// [`Error::Strides`] where an element would lie outside the data, or strides are more or fewer than sizes;
    /// [`Error::TooBig`], [`Error::TooManyAxes`], [`Error::OutOfMemory`].
    ///
    /// ```
    /// use nptensor::Tensor;
    /// let padded = Tensor::from_strided(vec![1, 2, 0, 3, 4, 0], &[2, 2], &[3, 1], 0)?;
    /// assert_eq!((padded.to_string(), padded.strides()), ("[[1 2]\n [3 4]]".into(), &[3, 1][..]));
    /// let windows = Tensor::from_strided(vec![1, 2, 3, 4], &[3, 2], &[1, 1], 0)?;
    /// assert_eq!(windows.to_string(), "[[1 2]\n [2 3]\n [3 4]]");
    /// let error = Tensor::from_strided(vec![1, 2, 3], &[2, 2], &[2, 1], 0).unwrap_err();
    /// let text = "shape [2, 2] with strides [2, 1] from offset 0 reaches outside data of 3 elements";
    /// assert_eq!(error.to_string(), text);
    /// # Ok::<(), nptensor::Error>(())
    /// ```
    #[doc(alias("as_strided", "from_parts"))]
    pub fn from_strided(data: Vec<T>, shape: &[usize], strides: &[isize], offset: usize) -> Result<Self> {
        let layout = Layout::strided(shape, strides, offset, data.len())?;
        let separate = layout.is_separate();
        let tensor = Tensor::new(data, layout);
        if separate { Ok(tensor) } else { Ok(Tensor::dense(tensor.try_to_vec()?, shape)) }
    }

    /// `shape` filled with `value`.
    ///
    /// # Errors
    /// [`Error::TooBig`], [`Error::OutOfMemory`], [`Error::TooManyAxes`].
    pub fn full(shape: &[usize], value: T) -> Result<Self> {
        Ok(Tensor::dense(filled(shape, |slots| slots.splat(value))?, shape))
    }

    /// Zeros.
    ///
    /// # Errors
    /// [`Error::TooBig`], [`Error::OutOfMemory`], [`Error::TooManyAxes`].
    pub fn zeros(shape: &[usize]) -> Result<Self> {
        Tensor::full(shape, T::ZERO)
    }

    /// Ones.
    ///
    /// # Errors
    /// [`Error::TooBig`], [`Error::OutOfMemory`], [`Error::TooManyAxes`].
    pub fn ones(shape: &[usize]) -> Result<Self> {
        Tensor::full(shape, T::ONE)
    }

    /// `value` in the shape of this one.
    ///
    /// # Errors
    /// [`Error::OutOfMemory`]; [`Error::TooBig`] of one that was stretched.
    ///
    /// ```
    /// use nptensor::Tensor;
    /// let x = Tensor::from([[1.5, 2.5]]);
    /// assert_eq!(x.full_like(7.0)?.to_string(), "[[7. 7.]]");
    /// assert_eq!(x.zeros_like()?, Tensor::zeros(&[1, 2])?);
    /// # Ok::<(), nptensor::Error>(())
    /// ```
    pub fn full_like(&self, value: T) -> Result<Self> {
        Tensor::full(self.shape(), value)
    }

    /// Zeros in the shape of this one.
    ///
    /// # Errors
    /// Those of [`full_like`](Tensor::full_like).
    pub fn zeros_like(&self) -> Result<Self> {
        self.full_like(T::ZERO)
    }

    /// Ones in the shape of this one.
    ///
    /// # Errors
    /// Those of [`full_like`](Tensor::full_like).
    pub fn ones_like(&self) -> Result<Self> {
        self.full_like(T::ONE)
    }

    /// The `n` x `n` identity matrix.
    ///
    /// # Errors
    /// [`Error::TooBig`], [`Error::OutOfMemory`].
    pub fn eye(n: usize) -> Result<Self> {
        Tensor::from_fn(&[n, n], |index| if index[0] == index[1] { T::ONE } else { T::ZERO })
    }

    /// `f(index)` for every index, in C order.
    ///
    /// # Errors
    /// [`Error::TooBig`], [`Error::OutOfMemory`], [`Error::TooManyAxes`].
    ///
    /// ```
    /// use nptensor::Tensor;
    /// let t = Tensor::from_fn(&[2, 3], |i| (10 * i[0] + i[1]) as i64)?;
    /// assert_eq!(t.to_string(), "[[ 0  1  2]\n [10 11 12]]");
    /// # Ok::<(), nptensor::Error>(())
    /// ```
    #[doc(alias = "fromfunction")]
    pub fn from_fn(shape: &[usize], mut f: impl FnMut(&[usize]) -> T) -> Result<Self> {
        let mut data = room(shape)?;
        let layout = Layout::row_major(shape)?;
        let mut index: Axes<usize> = Axes::repeat(0, shape.len());
        for _ in 0..layout.size() {
            data.push(f(&index));
            for axis in (0..shape.len()).rev() {
                index[axis] += 1;
                if index[axis] < shape[axis] {
                    break;
                }
                index[axis] = 0;
            }
        }
        Ok(Tensor::new(data, layout))
    }
}

impl<T: Number> Tensor<T> {
    /// `start`, `start + step`, ... up to but without `stop`: ceil((stop - start) / step) elements, as NumPy counts
    /// them, in the type itself: f32 as NumPy does given `np.float32` scalars.
    ///
    /// # Errors
    /// [`Error::Arange`] for step 0, for nan, and for more elements than can be; [`Error::TooBig`],
    /// [`Error::OutOfMemory`].
    pub fn arange(start: T, stop: T, step: T) -> Result<Self> {
        let n = arange_len(start, stop, step)?;
        let mut data = room(&[n])?;
        if T::INTEGER {
            let mut next = start;
            for _ in 0..n {
                data.push(next);
                next = next.add(step);
            }
        } else {
            // NumPy's rule for floats: two elements as they are, and from there on the step that start + step has left
            // after rounding.
            let next = start.add(step);
            let step = next.sub(start);
            data.extend((0..n).map(|i| match i {
                0 => start,
                1 => next,
                _ => start.add(T::from_value(Value::UInt(i as u64)).mul(step)),
            }));
        }
        Ok(Tensor::new(data, Layout::vector(n)))
    }
}

fn arange_len<T: Number>(start: T, stop: T, step: T) -> Result<usize> {
    let error = |what| Err(Error::Arange { what });
    if step == T::ZERO {
        return error(if T::INTEGER { "division by zero" } else { "float division by zero" });
    }
    match (start.value(), stop.value(), step.value()) {
        (Value::Int(start), Value::Int(stop), Value::Int(step)) => integer_len(start.into(), stop.into(), step.into()),
        (Value::UInt(start), Value::UInt(stop), Value::UInt(step)) => {
            integer_len(start.into(), stop.into(), step.into())
        }
        _ => {
            // In the type itself: as NumPy counts what is given as float32.
            let delta = stop.sub(start);
            let n = delta.cast::<T::Quotient>().div(step.cast()).to_f64();
            // Where the quotient underflows to +0, the first element is still short of the end.
            let n = if n == 0.0 && n.is_sign_positive() && delta != T::ZERO { 1.0 } else { ScalarFloat::ceil(n) };
            if n.is_nan() {
                return error("arange: cannot compute length");
            }
            if n.abs() >= isize::MAX as f64 {
                return error("Maximum allowed size exceeded");
            }
            Ok(n.max(0.0) as usize)
        }
    }
}

fn integer_len(start: i128, stop: i128, step: i128) -> Result<usize> {
    let n = (stop - start) / step + i128::from((stop - start) % step != 0 && ((stop > start) == (step > 0)));
    usize::try_from(n.max(0)).map_err(|_| Error::Arange { what: "Maximum allowed size exceeded" })
}

impl<T: Float> Tensor<T> {
    /// `num` numbers from `start` to `stop`, both ends included, computed in f64.
    ///
    /// # Errors
    /// [`Error::TooBig`], [`Error::OutOfMemory`].
    ///
    /// ```
    /// use nptensor::Tensor;
    /// assert_eq!(Tensor::<f64>::linspace(0.0, 1.0, 5)?.to_string(), "[0.   0.25 0.5  0.75 1.  ]");
    /// # Ok::<(), nptensor::Error>(())
    /// ```
    pub fn linspace(start: T, stop: T, num: usize) -> Result<Self> {
        let mut data: Vec<T> = room(&[num])?;
        let (first, last) = (start.to_f64(), stop.to_f64());
        let gaps = num.saturating_sub(1) as f64;
        let step = (last - first) / gaps;
        for i in 0..num {
            let i = i as f64;
            // Where the step underflows to 0, NumPy divides before it multiplies.
            let offset = match (gaps, step) {
                // A single number: still nan when the far end is not finite.
                (0.0, _) => i * (last - first),
                (_, 0.0) => i / gaps * (last - first),
                _ => i * step,
            };
            data.push(T::from_f64(offset + first));
        }
        if let [_, .., end] = &mut data[..] {
            *end = stop;
        }
        Ok(Tensor::new(data, Layout::vector(num)))
    }
}
