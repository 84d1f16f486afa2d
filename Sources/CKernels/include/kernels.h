/* The interface of the kernels: one table of functions. A Swift module fills it once for each instruction set.
 *
 * The kernel modules (KernelsBaseline, KernelsAVX2, KernelsAVX512) share their source files and import only
 * this header. So no code that was compiled for a newer CPU can get into the rest of the program.
 *
 * Rules for every kernel
 *  - Tensors are NHWC, kernels HWIO, float32. Sizes and strides count elements, never bytes.
 *  - A kernel never reads or writes outside the elements that its arguments name, except operand `b` of `tile`
 *    (see there). No pointer needs to be aligned. `x` and `y` may be the same pointer where a comment says so.
 *  - Same bits in every instruction set with FMA: sums along a contraction run in index order with one FMA a term;
 *    a horizontal sum keeps 16 lanes (lane = index mod 16) and folds them 8+8, 4+4, 2+2, 1+1.
 *  - A kernel never allocates memory, never fails, and does not use threads: the caller divides the work.
 */
#ifndef SWIFTCNN_KERNELS_H
#define SWIFTCNN_KERNELS_H

#include <stddef.h>
#include <stdint.h>

/* c[m][n] = start + sum over o < outer, k < depth of a[m*a_row + o*a_outer + k*a_step] * b[o*b_outer + k*b_row + n]
 * for m < rows, n < columns, in the order o, then k. `start` is c[m][n] if accumulate, else bias[n], else 0.
 * `columns` <= widest_panel. Each row of `b` must be readable up to `columns` rounded up to 16. */
typedef struct {
  const float *a;
  ptrdiff_t a_row, a_step, a_outer;
  const float *b;
  ptrdiff_t b_row, b_outer;
  ptrdiff_t outer, depth;
  float *c;
  ptrdiff_t c_row;
  const float *bias; /* [columns], or NULL; ignored when accumulating */
  ptrdiff_t rows, columns;
  int32_t accumulate; /* 0 or 1 */
  int32_t relu;       /* 0 or 1: max(0, .) after the sum */
  const float *next;  /* data to prefetch into the second-level cache for the caller; may be anywhere */
  ptrdiff_t next_elements;
} KernelTile;

/* Depthwise convolution of one row of outputs: x[o] [ky][kx] and w [ky][kx] are vectors of `channels` elements. The steps
 * between them may be negative. */
typedef struct {
  const float *x;
  ptrdiff_t x_step, x_row, x_column; /* from one output, row of taps, column of taps to the next */
  const float *w;
  ptrdiff_t w_row, w_column;
  ptrdiff_t rows, columns; /* taps */
  float *y;
  ptrdiff_t y_step;
  const float *bias; /* [channels], or NULL */
  ptrdiff_t count;   /* outputs */
  ptrdiff_t channels;
  int32_t relu; /* 0 or 1: max(0, .) after the sum */
} KernelDepthwise;

/* Codes are also the raw values of the engine's Activation enum. */
enum {
  KERNEL_LINEAR = 0,
  KERNEL_RELU = 1,
  KERNEL_SIGMOID = 2,
  KERNEL_TANH = 3,
  KERNEL_LEAKY_RELU = 4, /* parameter: negative slope */
  KERNEL_ELU = 5,        /* parameter: alpha */
  KERNEL_GELU = 6,       /* exact, with erf */
  KERNEL_CLIPPED_RELU = 7, /* parameter: the largest value */
  KERNEL_SILU = 8,         /* x sigmoid(x) */
  KERNEL_SELU = 9,
  KERNEL_SOFTPLUS = 10, /* ln(1 + e^x) */
  KERNEL_SOFTSIGN = 11, /* x / (1 + |x|) */
  KERNEL_EXPONENTIAL = 12,
  KERNEL_HARD_SIGMOID = 13, /* x/6 + 1/2, cut to 0...1 */
  KERNEL_HARD_SILU = 14,    /* x hard_sigmoid(x) */
  KERNEL_HARD_TANH = 15,    /* x cut to -1...1 */
  KERNEL_MISH = 16,         /* x tanh(softplus(x)) */
  KERNEL_LOG_SIGMOID = 17   /* ln sigmoid(x) */
};

/* Pooling of one image: x [height][width][channels] -> y [out_height][out_width][channels].
 * Window (oy, ox) covers rows oy*stride_h - pad_top + 0..<pool_h, columns alike, clipped to the image. */
typedef struct {
  ptrdiff_t height, width, channels, out_height, out_width;
  ptrdiff_t pool_h, pool_w, stride_h, stride_w, pad_top, pad_left;
} KernelPool;

/* Winograd's minimal filtering F(4x4, 3x3): tiles of 4 x 4 outputs from 6 x 6 inputs, which overlap by 2. A call computes tiles
 * first to first + count - 1 of one image [height][width][channels]. The image's rows and pixels need not be contiguous. Tile t
 * is in row t / tiles_x and column t % tiles_x of the tiles. Its first pixel is at row 4*(t / tiles_x) - pad_top, column
 * 4*(t % tiles_x) - pad_left. Pixels outside the image are zeros.
 * Along a narrow axis, tiles have 2 outputs from 4 inputs, F(2, 3). They use the same transformed kernels, but not the points 2
 * and -2, so places 3 and 4 of that axis are neither read nor written.
 * Transformed tiles are 36 planes, one for each place in a tile. Tile first + i has place p, channel c at p*plane + i*step + c.
 * Reference: Lavin and Gray, "Fast algorithms for convolutional neural networks", CVPR 2016. */
typedef struct {
  ptrdiff_t height, width, channels;
  ptrdiff_t row, pixel; /* from one to the next */
  ptrdiff_t pad_top, pad_left;
  ptrdiff_t tiles_x, first, count;
  ptrdiff_t step, plane;
  int32_t narrow_rows, narrow_columns; /* 0 or 1 */
} KernelWinograd;

/* Lists of items. The items of list l are in slots first[l] to end[l] - 1 of `offset` and `value`. */
typedef struct {
  int32_t *first, *end;
  int32_t *place; /* [lists] the element where the list's sums begin */
  int32_t *offset;
  float *value;
} KernelLists;

/* argmax_by_place adds elements without gradient to these lists in turn: an item waits for the one before it in its list. */
#define KERNEL_DEAD_LISTS 4

/* Max-pooling windows [rows][columns][channels] that do not overlap, with the argmax code and the gradient of each. The argmax is
 * at place row*window_row + column*window_column + (row in window)*argmax_row + (column in window)*argmax_column. */
typedef struct {
  const uint8_t *code; /* as max_pool writes them; 255 where no gradient passes */
  const float *gradient;
  ptrdiff_t rows, columns, channels;
  ptrdiff_t pool_h, pool_w; /* pool_h*pool_w <= 255 */
  ptrdiff_t window_row, window_column, argmax_row, argmax_column;
} KernelArgmax;

/* Adds the gradients of the argmax positions to those of a convolution, for 2 x 2 windows and images of one channel. */
typedef struct {
  const float *x;
  ptrdiff_t x_row;
  float scale;    /* of the windows' gradient */
  ptrdiff_t rows; /* of the kernel, which has 3 columns */
  float *dw;      /* [rows][3][channels] */
  float *bias;    /* [channels], or NULL */
} KernelArgmaxSums;

/* A matrix to convert to lists: item i of list l is x[l*list_step + i*item_step]. */
typedef struct {
  const float *x;
  ptrdiff_t items; /* of each list */
  ptrdiff_t list_step, item_step;
  ptrdiff_t place_step, offset_step; /* from one list's place to the next; from one item's offset to the next */
} KernelNonzeros;

/* Sparse rows times a matrix. Each list gives the place of its sums. */
typedef struct {
  const KernelLists *lists;
  ptrdiff_t count; /* lists */
  const float *b;
  float *c;
  ptrdiff_t rows, columns; /* columns: a multiple of 16 */
  ptrdiff_t b_row, c_row;
  int32_t accumulate; /* 0 or 1 */
} KernelSparse;

/* A function of each column of x [rows][columns]: (x - center)*scale + offset, then max(0, .) if relu.
 * If there are few channels, use rows of several pixels, with center, scale and offset repeated. This is faster. */
typedef struct {
  ptrdiff_t rows, columns;
  ptrdiff_t x_row, y_row; /* from one row of x, of y, to the next */
  const float *center, *scale, *offset; /* [columns] */
  int32_t relu;                         /* 0 or 1 */
} KernelNormalization;

/* A Philox4x32-10 stream: word w of block i is word w of philox(counter = {i, item, layer, step}, key). */
typedef struct {
  uint32_t key0, key1;
  uint32_t item, layer, step;
} KernelStream;

typedef struct {
  const char *name;       /* "baseline", "avx2", "avx512" */
  ptrdiff_t panel_width;  /* columns of a packed panel if there are several, a multiple of 16 */
  ptrdiff_t widest_panel; /* columns of a single panel */

  /* ---- contractions ---- */
  void (*tile)(const KernelTile *t);
  /* Packs columns [0, columns) of b [depth][b_row] into dst [depth][round16(columns)], the tail filled with zeros. */
  void (*pack)(const float *b, ptrdiff_t b_row, ptrdiff_t depth, ptrdiff_t columns, float *dst);
  /* The same for a transposed matrix: b [columns][b_row], with rows of `depth` elements. */
  void (*pack_transposed)(const float *b, ptrdiff_t b_row, ptrdiff_t depth, ptrdiff_t columns, float *dst);

  /* ---- sparse contractions: the gradients that relu, dropout and max pooling pass back ---- */
  /* c[place[l] + r*c_row + v] (+)= sum over the items of list l of value * b[offset + r*b_row + v], for r < rows, v < columns.
   * Items are added in order, with one FMA each. If they accumulate, the sums of several lists may overlap. */
  void (*sparse)(const KernelSparse *s);
  /* the number of x[i] that are not zero; NaN is not zero */
  ptrdiff_t (*count_nonzeros)(const float *x, ptrdiff_t n);
  /* Writes the elements of lists first to end - 1 that are not zero, in order. List l begins at slot l*items;
   * place[l] = l*place_step. Item i has offset = i*offset_step. Needs `items` slots for each list. */
  void (*nonzeros)(const KernelNonzeros *m, ptrdiff_t first, ptrdiff_t end, const KernelLists *lists);
  /* Writes a list for each channel, of the windows where a gradient passes, in order: value = gradient, offset = the place of
   * the argmax; place[channel] = channel*step. Needs rows*columns*channels slots. */
  void (*argmax_by_channel)(const KernelArgmax *w, ptrdiff_t step, const KernelLists *lists);
  /* Writes a list for each place in each window, of the channels with their maximum there, in order: value = gradient,
   * offset = channel*step; place[l] = that place. Needs n lists, where n = rows*columns*pool_h*pool_w, and behind them
   * KERNEL_DEAD_LISTS; `channels` slots for each. */
  void (*argmax_by_place)(const KernelArgmax *w, ptrdiff_t step, const KernelLists *lists);
  /* dw[ky][kx][f] += sum over the windows, in order, of dy[f] * x[the place of the argmax + ky*x_row + kx], one FMA each, and
   * bias[f] += sum of dy[f], where dy = gradient*scale, or 0 where the code is 255. argmax_row = x_row, argmax_column = 1. */
  void (*argmax_sums)(const KernelArgmax *w, const KernelArgmaxSums *s);

  /* ---- depthwise convolution, one row a call; also for groups of few channels, after replicate_channels ---- */
  /* y[o][c] = bias[c] or 0, + sum over ky, kx of x[o][ky][kx][c] * w[ky][kx][c], in this order */
  void (*depthwise)(const KernelDepthwise *d);
  /* dw[ky][kx][c] += sum over o of x[o][ky][kx][c] * y[o][c], in the order of o; dw has the steps of w, which is not read */
  void (*depthwise_kernel_gradient)(const KernelDepthwise *d, float *dw);
  /* y[p][i][g][j] = x[p*x_step + g*values + i]: p < pixels, i < values, g < groups, j < copies */
  void (*replicate_channels)(const float *x, ptrdiff_t x_step, ptrdiff_t pixels, ptrdiff_t values, ptrdiff_t groups, ptrdiff_t copies,
                 float *y);

  /* ---- Winograd transforms; B, G, A as in the reference ---- */
  /* v = B' x B of each tile's 6 x 6 pixels of x */
  void (*winograd_input)(const KernelWinograd *w, const float *x, float *v);
  /* dx += B dv B', the adjoint; tiles in order */
  void (*winograd_input_gradient)(const KernelWinograd *w, const float *dv, float *dx);
  /* y = A' m A + bias (may be NULL), then max(0, .) if relu: each tile's 4 x 4 pixels of y */
  void (*winograd_output)(const KernelWinograd *w, const float *m, const float *bias, int32_t relu, float *y);
  /* dm = A dy A', the adjoint */
  void (*winograd_output_gradient)(const KernelWinograd *w, const float *dy, float *dm);
  /* u = G k G' for n kernels side by side: place p of the kernels [3*3] is at k[p], or zero if k[p] is NULL. Place p of
   * u [6*6] is at p*u_step. */
  void (*winograd_kernel)(const float *const *k, ptrdiff_t n, float *u, ptrdiff_t u_step);
  /* dk += G' du G, the adjoint, for each dk[p] that is not NULL */
  void (*winograd_kernel_gradient)(const float *du, ptrdiff_t u_step, ptrdiff_t n, float *const *dk);

  /* ---- sums ---- */
  /* out[j] (+)= sum over i < rows of x[i*row + j], in the order of i; accumulate: 0 or 1. */
  void (*column_sums)(const float *x, ptrdiff_t rows, ptrdiff_t columns, ptrdiff_t row, float *out, int32_t accumulate);
  /* the sum of x[i]*x[i]: sixteen lanes, one FMA a term */
  float (*sum_of_squares)(const float *x, ptrdiff_t n);
  /* y[i] += scale * x[i], one FMA */
  void (*add_scaled)(const float *x, float scale, float *y, ptrdiff_t n);

  /* ---- element by element; x == y allowed ---- */
  void (*scale_offset)(const float *x, float scale, float offset, float *y, ptrdiff_t n); /* y = x*scale + offset, one FMA */
  void (*clip)(const float *x, float limit, float *y, ptrdiff_t n); /* y = x cut to -limit...limit; a NaN stays one */
  void (*exp)(const float *x, float *y, ptrdiff_t n);
  void (*log)(const float *x, float *y, ptrdiff_t n);
  void (*convert_u8)(const uint8_t *x, float *y, ptrdiff_t n);
  /* 1 if every value is finite, else 0 */
  int32_t (*all_finite)(const float *x, ptrdiff_t n);

  /* ---- activations ---- */
  void (*activate)(int32_t kind, float parameter, const float *x, float *y, ptrdiff_t n); /* x == y allowed */
  /* dx = dy * f'(x), from x and y = f(x); dx == dy allowed. Only gelu, silu, hard_silu and mish read x. They do
   * not read y. */
  void (*activate_gradient)(int32_t kind, float parameter, const float *x, const float *y, const float *dy, float *dx,
                            ptrdiff_t n);
  void (*softmax)(const float *x, float *y, ptrdiff_t rows, ptrdiff_t columns); /* stable for |x| up to 1e38; x == y allowed */
  void (*softmax_gradient)(const float *y, const float *dy, float *dx, ptrdiff_t rows, ptrdiff_t columns); /* dx == dy allowed */

  /* ---- pooling, one image a call ---- */
  /* y = max of the window, then max(0, .) if relu. code (may be NULL): the argmax position in its window,
   * (row in window)*pool_w + column; the first of equal values; 255 where relu replaced a value <= 0 by 0. A window with a NaN
   * gives NaN. Codes are bytes. If pool_h*pool_w > 255, they are int32, with -1 instead of 255. */
  void (*max_pool)(const KernelPool *p, const float *x, float *y, void *code, int32_t relu);
  /* dx (written whole, zeros included) from dy*scale and code. sums (may be NULL), one for each channel: += the sum of dx,
   * computed as the sum of the dy*scale that pass, in the order of the outputs. */
  void (*max_pool_gradient)(const KernelPool *p, float scale, const float *dy, const void *code, float *dx, float *sums);
  /* mean of the window's elements inside the image */
  void (*average_pool)(const KernelPool *p, const float *x, float *y);
  void (*average_pool_gradient)(const KernelPool *p, const float *dy, float *dx);

  /* ---- batch normalization; x, y, dy, dx are [rows][columns], dy and dx without gaps, all else [columns] ---- */
  /* mean = sum of x / rows as rounded, rest = sum of x - mean, square = sum of (x - mean)^2; rows in order, at least one. */
  void (*moments)(const float *x, ptrdiff_t x_row, ptrdiff_t rows, ptrdiff_t columns, float *mean, float *rest, float *square);
  /* y = max(0, (x - center)*scale + offset), without the max if not relu; x == y allowed, if x_row == y_row */
  void (*normalize)(const KernelNormalization *n, const float *x, float *y);
  /* dx = dy, or 0 where relu replaced normalize's value by 0; sum += sum of dx over the rows; product += sum of dx*(x - center).
   * dx == dy allowed. */
  void (*normalize_sums)(const KernelNormalization *n, const float *x, const float *dy, float *dx, float *sum, float *product);
  /* dx = dy*scale + ((x - center)*slope + offset), each an FMA; relu is ignored; dx == dy allowed */
  void (*normalize_gradient)(const KernelNormalization *n, const float *slope, const float *x, const float *dy, float *dx);

  /* ---- dropout ---- */
  /* y = keep ? x*scale : 0, code = keep ? 0 : 255; element e is kept if its word >= threshold. joins (0 or 1): x was pooled with
   * these codes; they do not change where x is kept.
   * Element e takes word (e / 16) % 4 of block (e / 64) * 16 + e % 16 of the stream: sixteen counters side by side. x == y allowed. */
  void (*dropout)(const KernelStream *s, uint32_t threshold, float scale, const float *x, float *y, uint8_t *code, int32_t joins,
                  ptrdiff_t n);
  /* dx = code == 255 ? 0 : dy*scale; dx == dy allowed */
  void (*dropout_gradient)(const uint8_t *code, float scale, const float *dy, float *dx, ptrdiff_t n);

  /* ---- losses from logits; loss and weight have one value a row; dz (may be NULL) is already times weight[r]*scale ---- */
  /* loss[r] = log(sum exp z[r]) - z[r][target[r]] (stable); dz = (softmax(z) - onehot) * weight[r] * scale; z == dz allowed.
   * loss is NOT weighted. weight NULL means 1. */
  void (*sparse_crossentropy_logits)(const float *z, const int32_t *target, const float *weight, float scale, float *loss,
                                     float *dz, ptrdiff_t rows, ptrdiff_t columns);
  /* loss[r] = sum t * (logsumexp(z) - z); dz = (softmax(z)*sum(t) - t) * weight[r] * scale */
  void (*crossentropy_logits)(const float *z, const float *target, const float *weight, float scale, float *loss, float *dz,
                              ptrdiff_t rows, ptrdiff_t columns);
  /* loss[r] = mean over columns of max(z,0) - z*t + log(1 + exp(-|z|)); dz = (sigmoid(z) - t) * weight[r] * scale / columns */
  void (*binary_crossentropy_logits)(const float *z, const float *target, const float *weight, float scale, float *loss,
                                     float *dz, ptrdiff_t rows, ptrdiff_t columns);
  /* ---- losses from probabilities; epsilon 1e-7 as Keras: clip to [e, 1-e]; no gradient where clipped ---- */
  /* loss[r] = -ln(q[target[r]] / sum q), q = p clipped */
  void (*sparse_crossentropy)(const float *p, const int32_t *target, const float *weight, float scale, float *loss, float *dp,
                              ptrdiff_t rows, ptrdiff_t columns);
  /* p is first divided by its row sum, then clipped */
  void (*crossentropy)(const float *p, const float *target, const float *weight, float scale, float *loss, float *dp,
                       ptrdiff_t rows, ptrdiff_t columns);
  void (*binary_crossentropy)(const float *p, const float *target, const float *weight, float scale, float *loss, float *dp,
                              ptrdiff_t rows, ptrdiff_t columns);
  /* loss[r] = mean over columns of (p-t)^2; dp = 2*(p-t)*weight[r]*scale/columns */
  void (*mean_squared_error)(const float *p, const float *target, const float *weight, float scale, float *loss, float *dp,
                             ptrdiff_t rows, ptrdiff_t columns);

  /* ---- optimizers: one pass over a range of the flat buffers; `decay` = learning rate * weight decay, w -= decay*w first ---- */
  void (*sgd)(float *w, const float *g, ptrdiff_t n, float rate, float decay);
  /* v = momentum*v - rate*g; w += v, or with nesterov w += momentum*v - rate*g (v already new) */
  void (*sgd_momentum)(float *w, const float *g, float *v, ptrdiff_t n, float rate, float momentum, int32_t nesterov, float decay);
  /* m += (g-m)*(1-beta1); v += (g*g-v)*(1-beta2); w -= alpha*m/(sqrt(v)+epsilon), alpha = rate*sqrt(1-beta2^t)/(1-beta1^t);
   * the betas are double, because 1-beta2 would lose digits otherwise */
  void (*adam)(float *w, const float *g, float *m, float *v, ptrdiff_t n, float alpha, double beta1, double beta2,
               float epsilon, float decay);
  /* s = rho*s + (1-rho)*g*g; denominator = sqrt(s - centered mean^2 + epsilon) (Keras adds epsilon inside the root);
   * average (may be NULL): the running mean of g, for `centered`; momentum buffer (may be NULL): b = momentum*b + rate*g/den; w -= b */
  void (*rmsprop)(float *w, const float *g, float *s, float *average, float *buffer, ptrdiff_t n, float rate, double rho,
                  float momentum, float epsilon, float decay);
} KernelTable;

/* Prefetches the cache line of `address`, which may be any, into the second-level cache. The first has no room for it. */
static inline void kernel_prefetch(const void *address) { __builtin_prefetch(address, 0, 2); }

#if defined(__AVX2__)
/* Swift's SIMD16 and SIMD8. */
typedef float KernelLanes __attribute__((ext_vector_type(16)));
typedef float KernelHalfLanes __attribute__((ext_vector_type(8)));
typedef int32_t KernelIndices __attribute__((ext_vector_type(16)));

/* Lane i is table[index[i] % 8]. Swift has no operation for this. */
static inline __attribute__((always_inline)) KernelLanes kernel_pick(KernelHalfLanes table, KernelIndices index) {
#if defined(__AVX512F__)
  typedef float Floats __attribute__((vector_size(64)));
  typedef int32_t Ints __attribute__((vector_size(64)));
  const KernelLanes twice = __builtin_shufflevector(table, table, 0, 1, 2, 3, 4, 5, 6, 7, 0, 1, 2, 3, 4, 5, 6, 7);
  return (KernelLanes)__builtin_ia32_permvarsf512((Floats)twice, (Ints)index);
#else
  typedef float Floats __attribute__((vector_size(32)));
  typedef int32_t Ints __attribute__((vector_size(32)));
  KernelLanes result;
  result.lo = (KernelHalfLanes)__builtin_ia32_permvarsf256((Floats)table, (Ints)index.lo);
  result.hi = (KernelHalfLanes)__builtin_ia32_permvarsf256((Floats)table, (Ints)index.hi);
  return result;
#endif
}
#endif

/* Defined by the kernel modules with @_cdecl; each returns a table that lives as long as the program. */
const KernelTable *swiftcnn_kernels_baseline(void);
const KernelTable *swiftcnn_kernels_avx2(void);
const KernelTable *swiftcnn_kernels_avx512(void);

#endif
