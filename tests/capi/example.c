/* The C interface, used and abused: first what it is for, then everything that it must refuse. Run under valgrind by .ci/run.
 *
 *     cargo rustc --lib --release --features capi --crate-type cdylib
 *     cc -std=c11 -Wall -Wextra -Isrc/capi tests/capi/example.c -Ltarget/release -lnptensor -lm -o example
 *     LD_LIBRARY_PATH=target/release ./example model.safetensors */

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "nptensor.h"

static void check(int holds, const char *what, int line) {
    if (!holds) {
        fprintf(stderr, "line %d: not so: %s\n(last error: %s)\n", line, what, npt_last_error());
        exit(1);
    }
}
#define CHECK(holds) check(!!(holds), #holds, __LINE__)

/* An error with this in its text, from a call that returned `refused`. */
static void refused(int refused, const char *text, int line) {
    if (!refused || !strstr(npt_last_error(), text)) {
        fprintf(stderr, "line %d: expected an error with \"%s\", got %s\n", line, text, refused ? npt_last_error() : "none");
        exit(1);
    }
}
#define REFUSED(call, text) refused(call, text, __LINE__)

static npt_tensor *doubles(size_t ndim, const size_t *shape, const double *data) {
    npt_tensor *tensor = npt_tensor_new(NPT_FLOAT64, data, ndim, shape, NULL);
    CHECK(tensor);
    return tensor;
}

static void prints(const npt_tensor *tensor, const char *wanted) {
    char text[256];
    CHECK(npt_tensor_text(tensor, text, sizeof text) == strlen(wanted));
    if (strcmp(text, wanted) != 0) {
        fprintf(stderr, "wanted %s, got %s\n", wanted, text);
        exit(1);
    }
}

static void use(void) {
    CHECK(strcmp(npt_last_error(), "") == 0);
    npt_tensor *x = doubles(1, (size_t[]){2}, (double[]){1.0, 0.5});
    npt_tensor *w = doubles(2, (size_t[]){2, 3}, (double[]){0.1, 0.3, 0.5, 0.2, 0.4, 0.6});
    npt_tensor *b = doubles(1, (size_t[]){3}, (double[]){0.1, 0.2, 0.3});
    npt_tensor *xw = npt_dot(x, w), *a = npt_add(xw, b), *z = npt_sigmoid(a);
    prints(a, "[0.3 0.7 1.1]");
    prints(z, "[0.57444252 0.66818777 0.75026011]");

    /* Every other column, from the end, of a matrix with three columns in rows of four. */
    float wide[8] = {0, 1, 2, -1, 3, 4, 5, -1};
    npt_tensor *columns = npt_tensor_new(NPT_FLOAT32, wide + 2, 2, (size_t[]){2, 2}, (ptrdiff_t[]){4, -2});
    prints(columns, "[[2. 0.]\n [5. 3.]]");
    npt_tensor *turned = npt_transpose(columns, 0, NULL), *same = npt_transpose(turned, 2, (ptrdiff_t[]){1, 0});
    prints(turned, "[[2. 5.]\n [0. 3.]]");
    prints(same, "[[2. 0.]\n [5. 3.]]");
    double many[200] = {0, 1};
    npt_tensor *much = doubles(2, (size_t[]){10, 20}, many), *wide_view = npt_transpose(much, 0, NULL);
    CHECK(npt_tensor_data(wide_view) == npt_tensor_data(much));
    npt_tensor_free(much);
    CHECK(((const double *)npt_tensor_data(wide_view))[20] == 0.0 && ((const double *)npt_tensor_data(wide_view))[1] == 1.0);
    npt_tensor_free(wide_view);
    CHECK(npt_tensor_ndim(turned) == 2 && npt_tensor_shape(turned)[0] == 2 && npt_tensor_strides(turned)[0] == 1);
    npt_tensor *flat = npt_reshape(turned, 1, (ptrdiff_t[]){-1}), *part = npt_slice(flat, "1::2");
    prints(part, "[5. 3.]");
    npt_tensor *rows = npt_broadcast_to(part, 2, (size_t[]){3, 2});
    CHECK(npt_tensor_strides(rows)[0] == 0);
    float read[6];
    CHECK(npt_tensor_read(rows, read, sizeof read) == 0 && read[4] == 5.0f && read[5] == 3.0f);
    npt_tensor *integers = npt_cast(rows, NPT_INT16), *places = npt_argmax_axis(rows, -1);
    CHECK(npt_tensor_dtype(integers) == NPT_INT16 && npt_tensor_dtype(places) == NPT_INT64 && npt_tensor_size(places) == 3);

    npt_tensor *bytes = npt_tensor_new(NPT_BOOL, "\0\1\2", 1, (size_t[]){3}, NULL);
    prints(bytes, "[False  True  True]");
    npt_tensor *scalar = npt_tensor_new(NPT_INT64, &(int64_t){42}, 0, NULL, NULL);
    prints(scalar, "42");
    npt_tensor *nothing = npt_tensor_new(NPT_FLOAT64, NULL, 2, (size_t[]){0, 3}, NULL);
    CHECK(npt_tensor_size(nothing) == 0 && npt_tensor_read(nothing, NULL, 0) == 0);
    char four[4];
    CHECK(npt_tensor_text(scalar, four, 2) == 2 && strcmp(four, "4") == 0 && npt_tensor_text(scalar, NULL, 0) == 2);
    npt_tensor *inputs = doubles(1, (size_t[]){3}, (double[]){1010.0, 1000.0, 990.0});
    npt_tensor *e = npt_softmax_whole(inputs), *along = npt_softmax(inputs, 0), *sum = npt_sum_axis(e, 0), *most = npt_max_axis(e, 0);
    double one;
    CHECK(npt_tensor_read(sum, &one, sizeof one) == 0 && fabs(one - 1.0) < 1e-15);
    npt_tensor *step = npt_step(x), *relu = npt_relu(x), *tanh_ = npt_tanh(x), *exp_ = npt_exp(x);
    npt_tensor *less = npt_sub(x, x), *times = npt_mul(x, x), *over = npt_div(x, x), *product = npt_matmul(x, w);
    prints(step, "[1 1]");
    prints(over, "[1. 1.]");
    prints(product, "[0.2 0.5 0.8]");

    /* A view outlives what it is a view of. */
    npt_tensor_free(columns);
    prints(turned, "[[2. 5.]\n [0. 3.]]");
    npt_tensor *all[] = {x, w, b, xw, a, z, turned, same, flat, part, rows, integers, places, bytes, scalar, nothing, inputs, e, along, sum, most,
                         step, relu, tanh_, exp_, less, times, over, product};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) CHECK(all[i]), npt_tensor_free(all[i]);
}

static void abuse(void) {
    npt_tensor *x = doubles(1, (size_t[]){2}, (double[]){1.0, 0.5}), *y = doubles(1, (size_t[]){3}, (double[]){1.0, 2.0, 3.0});
    double room[4] = {7, 7, 7, 7};

    /* Handles: null, freed, freed twice, never given out, of the other kind. */
    npt_tensor *gone = doubles(1, (size_t[]){2}, room);
    npt_tensor_free(gone);
    npt_tensor_free(NULL);
    REFUSED(!npt_exp(gone), "not a tensor, or freed");
    npt_tensor_free(gone);
    CHECK(strstr(npt_last_error(), "not a tensor, or freed"));
    REFUSED(!npt_exp(NULL), "null in place of a tensor");
    REFUSED(!npt_dot(x, NULL), "null in place of a tensor");
    REFUSED(!npt_dot(x, (npt_tensor *)room), "not a tensor, or freed");
    REFUSED(npt_tensor_dtype(NULL) == -1, "null in place of a tensor");
    REFUSED(!npt_tensor_shape((npt_tensor *)1), "not a tensor, or freed");
    REFUSED(npt_predict((npt_model *)x, room, 2, room, 2) == -1, "not a model, or freed");
    REFUSED(npt_predict(NULL, room, 2, room, 2) == -1, "null in place of a model");

    /* Sizes, addresses, types. */
    REFUSED(!npt_tensor_new(NPT_FLOAT64, NULL, 1, (size_t[]){2}, NULL), "data is null");
    REFUSED(!npt_tensor_new(NPT_FLOAT64, room, 1, NULL, NULL), "shape is null");
    REFUSED(!npt_tensor_new(NPT_FLOAT64, (char *)room + 1, 1, (size_t[]){2}, NULL), "no multiple of 8");
    REFUSED(!npt_tensor_new(NPT_FLOAT64, room, 2, (size_t[]){SIZE_MAX, SIZE_MAX}, NULL), "too big");
    REFUSED(!npt_tensor_new(NPT_FLOAT64, room, 1, (size_t[]){SIZE_MAX / 16}, NULL), "");
    REFUSED(!npt_tensor_new(NPT_FLOAT64, room, 2, (size_t[]){2, 2}, (ptrdiff_t[]){PTRDIFF_MAX / 4, 1}), "farther than any memory");
    REFUSED(!npt_tensor_new(11, room, 1, (size_t[]){2}, NULL), "no npt_dtype");
    REFUSED(!npt_tensor_new(-1, room, 1, (size_t[]){2}, NULL), "no npt_dtype");
    REFUSED(!npt_tensor_new(NPT_INT8, room, 65, (size_t[65]){0}, NULL), "dimension");
    REFUSED(npt_tensor_read(x, room, 15) == -1, "room for 15 bytes, and there are 2 elements of float64");
    REFUSED(npt_tensor_read(x, NULL, 16) == -1, "out is null");
    REFUSED(npt_tensor_read(x, (char *)room + 4, 16) == -1, "no multiple of 8");
    REFUSED(!npt_dot(x, y), "shapes (2,) and (3,) not aligned");
    REFUSED(!npt_add(x, y), "could not be broadcast together with shapes (2,) (3,)");
    REFUSED(!npt_softmax(x, 1), "axis 1 is out of bounds");
    REFUSED(!npt_reshape(x, 1, (ptrdiff_t[]){3}), "cannot reshape array of size 2 into shape (3,)");
    REFUSED(!npt_transpose(x, 2, (ptrdiff_t[]){0, 1}), "axes");
    REFUSED(!npt_slice(x, "1:2:0"), "zero");
    REFUSED(!npt_slice(x, "nonsense"), "");
    REFUSED(!npt_slice(x, "\xff"), "not UTF-8");
    REFUSED(!npt_slice(x, NULL), "indices is null");
    npt_tensor *integers = npt_cast(x, NPT_INT32);
    REFUSED(!npt_exp(integers), "npt_exp takes float32 or float64");
    REFUSED(!npt_dot(x, integers), "float64 and int32");
    REFUSED(!npt_cast(x, 99), "no npt_dtype");
    /* More than there is: an error where the memory cannot be had, or a panic that says so, caught. */
    npt_tensor *huge = npt_broadcast_to(integers, 2, (size_t[]){(size_t)1 << 58, 2}), *floats;
    CHECK(huge);
    REFUSED(!(floats = npt_cast(huge, NPT_FLOAT64)), "Unable to allocate");

    /* Models. */
    REFUSED(!npt_model_load("there is no such file", NPT_FLOAT64, NULL, NULL), "there is no such file");
    REFUSED(!npt_model_load(NULL, NPT_FLOAT64, NULL, NULL), "path is null");
    REFUSED(!npt_model_read("nonsense", 8, NPT_FLOAT64, NULL, NULL), "begins like no format");
    REFUSED(!npt_model_read(NULL, 0, NPT_FLOAT64, NULL, NULL), "the file is empty");
    REFUSED(!npt_model_read(NULL, 8, NPT_FLOAT64, NULL, NULL), "file is null");
    REFUSED(!npt_model_load_layers("there is no such file", NPT_FLOAT64, "dense"), "there is no such file");
    REFUSED(!npt_model_load_layers("there is no such file", NPT_FLOAT64, NULL), "layers is null");
    REFUSED(!npt_model_read_layers(NULL, 8, NPT_FLOAT64, "dense"), "file is null");

    for (size_t i = 0; i < 4; i++) CHECK(room[i] == 7);
    npt_tensor_free(x), npt_tensor_free(y), npt_tensor_free(integers), npt_tensor_free(huge);
}

/* The chapter's network, from a file and from memory. */
static void model(const char *path) {
    npt_model *from_file = npt_model_load(path, NPT_FLOAT64, NULL, NULL);
    CHECK(from_file && npt_model_inputs(from_file) == 2 && npt_model_outputs(from_file) == 2);
    double x[4] = {1.0, 0.5, 1.0, 0.5}, out[4] = {0};
    CHECK(npt_predict(from_file, x, 4, out, 4) == 0);
    CHECK(fabs(out[2] - 0.31682708) < 5e-9 && fabs(out[3] - 0.69627909) < 5e-9);

    double both[4] = {1.0, 0.5, 1.0, 0.5};
    CHECK(npt_predict(from_file, both, 4, both, 4) == 0);
    CHECK(both[0] == out[0] && both[1] == out[1] && both[2] == out[2] && both[3] == out[3]);

    FILE *file = fopen(path, "rb");
    CHECK(file);
    static char bytes[1 << 16];
    size_t size = fread(bytes, 1, sizeof bytes, file);
    fclose(file);
    npt_model *from_memory = npt_model_read(bytes, size, NPT_FLOAT32, NULL, NULL);
    float small[2] = {1.0f, 0.5f}, y[2] = {0};
    CHECK(npt_predict(from_memory, small, 2, y, 2) == 0 && fabsf(y[0] - 0.31682708f) < 1e-7f);

    /* Other layers than the file's. */
    npt_model *listed = npt_model_load_layers(path, NPT_FLOAT64, "dense sigmoid dense sigmoid dense identity");
    npt_model *relu = npt_model_read_layers(bytes, size, NPT_FLOAT64, "dense relu dense dropout dense");
    double same[2], other[2];
    CHECK(npt_predict(listed, x, 2, same, 2) == 0 && same[0] == out[0] && same[1] == out[1]);
    CHECK(npt_predict(relu, x, 2, other, 2) == 0 && fabs(other[0] - 0.426) < 1e-12 && fabs(other[1] - 0.912) < 1e-12);
    REFUSED(!npt_model_load_layers(path, NPT_FLOAT64, "dense mish dense"), "layer \"mish\" is unknown");
    REFUSED(!npt_model_read_layers(bytes, size, NPT_FLOAT64, "dense"), "have 1 dense ones, and there are weights for 3");
    npt_model_free(listed), npt_model_free(relu);

    double untouched[2] = {7, 7};
    REFUSED(npt_predict(from_file, x, 3, untouched, 2) == -1, "(3,)");
    REFUSED(npt_predict(from_file, x, 4, untouched, 2) == -1, "room for 2 outputs, and 2 inputs give 2 each");
    REFUSED(npt_predict(from_file, NULL, 2, untouched, 2) == -1, "x is null");
    REFUSED(npt_predict(from_file, x, 2, NULL, 2) == -1, "out is null");
    CHECK(untouched[0] == 7 && untouched[1] == 7);
    CHECK(npt_predict(from_file, x, 0, NULL, 0) == 0);
    REFUSED(!npt_model_load(path, NPT_INT8, NULL, NULL), "float32 or float64, not int8");
    REFUSED(!npt_model_load(path, NPT_FLOAT64, "sigmoid", NULL), "output is null");
    REFUSED(!npt_model_load(path, NPT_FLOAT64, "sigmoid", "mish"), "no activation is called");
    for (size_t cut = 0; cut < size; cut++) REFUSED(!npt_model_read(bytes, cut, NPT_FLOAT32, NULL, NULL), "");
    npt_model_free(from_memory);
    npt_model_free(from_file);
    REFUSED(npt_predict(from_file, x, 2, out, 2) == -1, "not a model, or freed");
}

int main(int argc, char **argv) {
    use();
    abuse();
    if (argc > 1) model(argv[1]);
    printf("C: as wanted%s\n", argc > 1 ? "" : ", without a model");
}
