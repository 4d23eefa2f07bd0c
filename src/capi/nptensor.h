/* nptensor for C: tensors with NumPy's semantics, and small networks.
 *
 *     npt_tensor *a = npt_tensor_new(NPT_FLOAT64, data, 2, (size_t[]){2, 3}, NULL);
 *     npt_tensor *b = npt_dot(a, w);
 *     if (!b) fprintf(stderr, "%s\n", npt_last_error());
 *
 * Errors. What returns a handle or an address returns null, and what returns an int returns -1; what returns a size returns 0. npt_last_error has the text: it
 * names the shapes, sizes and types. Nothing that is passed in has changed then, and no result has been written. (Where a result of legal size finds no memory, a line on the
 * standard error stream says so too; where there is none for a few bytes, the program ends.)
 *
 * Handles. Each is the caller's to free, and null may be freed. Null, a freed handle and anything that never was one are errors wherever a handle is taken.
 * Handles may be used on several threads at once; one that is freed while another thread uses it stays alive until that call is over. Handles are not addresses, and none is ever given
 * out twice (on machines of 32 bits, after two thousand million no more are left).
 *
 * Buffers. Data is copied in by npt_tensor_new; npt_tensor_data shows a tensor's own elements; npt_predict reads its inputs where
 * they lie and writes its outputs where they are wanted. Shapes are counted in elements, and so are strides. Buffers must be aligned for their type; null stands for an empty one.
 *
 * Views share the elements of the tensor they are of, and outlive it. An address from npt_tensor_data is good as long as the handle that it was asked of.
 * No function changes a tensor.
 *
 * Link with a library made by `cargo rustc --lib --release --features capi --crate-type cdylib` (or staticlib). */

#ifndef NPTENSOR_H
#define NPTENSOR_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct npt_tensor npt_tensor;
typedef struct npt_model npt_model;

/* Element types, under NumPy's names. A bool is a byte, 0 or 1; as input any other byte counts as 1. */
typedef enum {
    NPT_BOOL,
    NPT_INT8,
    NPT_INT16,
    NPT_INT32,
    NPT_INT64,
    NPT_UINT8,
    NPT_UINT16,
    NPT_UINT32,
    NPT_UINT64,
    NPT_FLOAT32,
    NPT_FLOAT64
} npt_dtype;

/* The text of the last error on this thread, good until the next error there; "" before the first. */
const char *npt_last_error(void);

/* Tensors. */

/* A copy of the elements at `data`, where the element with index 0 on all axes is. `strides` says how far apart neighbours on each axis lie, in elements; null stands for C
 * order. 0 axes are a scalar. */
npt_tensor *npt_tensor_new(npt_dtype dtype, const void *data, size_t ndim, const size_t *shape, const ptrdiff_t *strides);
void npt_tensor_free(npt_tensor *tensor);

int npt_tensor_dtype(const npt_tensor *tensor);
size_t npt_tensor_ndim(const npt_tensor *tensor);
size_t npt_tensor_size(const npt_tensor *tensor);
/* `ndim` sizes or strides, or the element with index 0 on all axes: good as long as the handle is. */
const size_t *npt_tensor_shape(const npt_tensor *tensor);
const ptrdiff_t *npt_tensor_strides(const npt_tensor *tensor);
const void *npt_tensor_data(const npt_tensor *tensor);

/* All elements in C order into `out`, which has room for exactly so many bytes. */
int npt_tensor_read(const npt_tensor *tensor, void *out, size_t bytes);
/* What NumPy prints, as much as `room` bytes have place for, its nul included; the length of all of it, without the nul. */
size_t npt_tensor_text(const npt_tensor *tensor, char *out, size_t room);

/* Views, of any type. */

/* Axes in another order; all reversed where `axes` is null. */
npt_tensor *npt_transpose(const npt_tensor *tensor, size_t ndim, const ptrdiff_t *axes);
/* One size may be -1. A copy where the elements do not lie so. */
npt_tensor *npt_reshape(const npt_tensor *tensor, size_t ndim, const ptrdiff_t *shape);
npt_tensor *npt_broadcast_to(const npt_tensor *tensor, size_t ndim, const size_t *shape);
/* NumPy's notation: "1:3, ::-1". */
npt_tensor *npt_slice(const npt_tensor *tensor, const char *indices);

/* As another type: integers wrap, floats are cut off towards zero. */
npt_tensor *npt_cast(const npt_tensor *tensor, npt_dtype dtype);

/* Of float32 or float64; npt_step and npt_argmax_axis give int64. Axes may be negative. */
npt_tensor *npt_exp(const npt_tensor *tensor);
npt_tensor *npt_tanh(const npt_tensor *tensor);
npt_tensor *npt_sigmoid(const npt_tensor *tensor);
npt_tensor *npt_step(const npt_tensor *tensor);
npt_tensor *npt_relu(const npt_tensor *tensor);
npt_tensor *npt_softmax(const npt_tensor *tensor, ptrdiff_t axis);
npt_tensor *npt_softmax_whole(const npt_tensor *tensor);
npt_tensor *npt_sum_axis(const npt_tensor *tensor, ptrdiff_t axis);
npt_tensor *npt_max_axis(const npt_tensor *tensor, ptrdiff_t axis);
npt_tensor *npt_argmax_axis(const npt_tensor *tensor, ptrdiff_t axis);

/* Of two of one of these types: broadcast, or NumPy's dot and matmul. */
npt_tensor *npt_add(const npt_tensor *a, const npt_tensor *b);
npt_tensor *npt_sub(const npt_tensor *a, const npt_tensor *b);
npt_tensor *npt_mul(const npt_tensor *a, const npt_tensor *b);
npt_tensor *npt_div(const npt_tensor *a, const npt_tensor *b);
npt_tensor *npt_dot(const npt_tensor *a, const npt_tensor *b);
npt_tensor *npt_matmul(const npt_tensor *a, const npt_tensor *b);

/* Models: dense layers and activations, which compute in NPT_FLOAT32 or NPT_FLOAT64. */

/* From a file (npz, safetensors, pickle; with the feature `torch`, which the command turns on, those of torch.save), or from the bytes of one. A file that lists its layers, as
 * `nptensor convert` writes them and as a whole nn.Sequential does, needs no names, and `hidden` and `output` are null; for others they name the activations between the layers and
 * after the last: sigmoid, step, relu, identity, softmax, tanh; with `torch` also leaky_relu(0.01), elu(1), gelu, gelu_tanh, silu, softplus(1), log_softmax, hardtanh(-1,1). A file
 * that keeps an order, npz or pickle, is read in it where names and shapes do not tell another, unless it is the alphabet's. */
npt_model *npt_model_load(const char *path, npt_dtype dtype, const char *hidden, const char *output);
npt_model *npt_model_read(const void *file, size_t size, npt_dtype dtype, const char *hidden, const char *output);
/* The same with a list of all layers, whatever the file says itself: "dense batchnorm leaky_relu(0.2) dropout dense gelu", or with the names of the arrays where nothing tells their
 * order, "dense:stem relu dense:head". The words are those of --layers; an error lists them. */
npt_model *npt_model_load_layers(const char *path, npt_dtype dtype, const char *layers);
npt_model *npt_model_read_layers(const void *file, size_t size, npt_dtype dtype, const char *layers);
void npt_model_free(npt_model *model);

/* Values in one input and in one output. */
size_t npt_model_inputs(const npt_model *model);
size_t npt_model_outputs(const npt_model *model);

/* Inputs one after another, `x_len` values of the model's type, to as many outputs, `out_len` values. Both may be the
 * same buffer, or overlap: `out` is written after the last of `x` has been read. Once a thread has had a batch of some
 * size from a model, none up to that size allocates there. Calls for one model on several threads take turns. */
int npt_predict(const npt_model *model, const void *x, size_t x_len, void *out, size_t out_len);

#ifdef __cplusplus
}
#endif

#endif
