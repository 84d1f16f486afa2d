/* Runs kernels of every family on fixed numbers and prints a digest of each result, one line a kernel. It needs nothing
 * but the table, so it runs on processors that the Swift runtime at hand does not support. */
#include <stdint.h>
#include <stdio.h>

#include "kernels.h"

#ifdef __x86_64__
#define kernels swiftcnn_kernels_avx2
#else
#define kernels swiftcnn_kernels_baseline
#endif

enum { n = 1003, rows = 59, columns = 17, most = 1 << 16 };

static float a[most], b[most], c[most], d[most], e[most];
static int32_t targets[n];
static uint8_t mask[n];

/* Uniform in [-4, 4), from a linear congruential generator. */
static void fill(float *x, uint32_t seed) {
  for (int i = 0; i < most; i++) {
    seed = seed * 1664525 + 1013904223;
    x[i] = (float)(seed >> 8) / (1 << 21) - 4;
  }
}

static void start(void) {
  fill(a, 1), fill(b, 2), fill(c, 3), fill(d, 4), fill(e, 5);
  for (int i = 0; i < n; i++) targets[i] = i % columns;
}

/* FNV-1a of the bytes. */
static void report(const char *name, const void *data, size_t bytes) {
  uint64_t digest = 0xcbf29ce484222325;
  for (size_t i = 0; i < bytes; i++) digest = (digest ^ ((const uint8_t *)data)[i]) * 0x100000001b3;
  printf("%s %016llx\n", name, (unsigned long long)digest);
}

static void contractions(const KernelTable *k) {
  for (int wide = 1; wide <= k->widest_panel; wide += 5) {
    start();
    KernelTile tile = {.a = a, .a_row = 33, .a_step = 1, .a_outer = 40, .b = b, .b_row = 64, .b_outer = 64 * 33,
                       .outer = 3, .depth = 33, .c = c, .c_row = 70, .bias = d, .rows = rows, .columns = wide, .relu = 1};
    k->tile(&tile);
    tile.accumulate = 1;
    tile.relu = 0;
    k->tile(&tile);
    char name[32];
    snprintf(name, sizeof name, "tile-%d", wide);
    report(name, c, sizeof c);
  }
  start();
  k->pack(a, 40, 30, 13, c);
  k->pack_transposed(a, 40, 30, 13, d);
  report("pack", c, sizeof c);
  report("pack_transposed", d, sizeof d);
  k->column_sums(a, rows, columns, 20, c, 1);
  k->add_scaled(a, 0.3f, b, n);
  report("column_sums", c, sizeof c);
  report("add_scaled", b, sizeof b);
}

static void elements(const KernelTable *k) {
  start();
  k->exp(a, c, n);
  report("exp", c, sizeof c);
  k->log(c, d, n);
  report("log", d, sizeof d);
  for (int32_t kind = KERNEL_LINEAR; kind <= KERNEL_GELU; kind++) {
    char name[32];
    k->activate(kind, 0.2f, a, c, n);
    k->activate_gradient(kind, 0.2f, a, c, b, d, n);
    snprintf(name, sizeof name, "activate-%d", (int)kind);
    report(name, c, sizeof c);
    snprintf(name, sizeof name, "activate_gradient-%d", (int)kind);
    report(name, d, sizeof d);
  }
  k->softmax(a, c, rows, columns);
  report("softmax", c, sizeof c);
  k->softmax_gradient(c, b, d, rows, columns);
  report("softmax_gradient", d, sizeof d);
}

static void randomness(const KernelTable *k) {
  start();
  KernelStream stream = {1, 2, 3, 4, 5};
  k->dropout(&stream, 1u << 30, 1.25f, a, c, mask, 0, n);
  report("dropout", c, sizeof c);
  report("dropout-mask", mask, sizeof mask);
}

static void training(const KernelTable *k) {
  start();
  k->sparse_crossentropy_logits(a, targets, NULL, 0.1f, c, d, rows, columns);
  report("sparse_crossentropy_logits", c, sizeof c);
  report("sparse_crossentropy_logits-gradient", d, sizeof d);
  k->mean_squared_error(a, b, NULL, 0.1f, c, d, rows, columns);
  report("mean_squared_error", d, sizeof d);
  k->activate(KERNEL_RELU, 0, e, e, n); /* squares are not negative */
  k->adam(a, b, d, e, n, 0.01f, 0.9, 0.999, 1e-7f, 0.001f);
  report("adam", a, sizeof a);
  k->sgd_momentum(a, b, d, n, 0.01f, 0.9f, 1, 0);
  report("sgd_momentum", a, sizeof a);
}

int main(void) {
  const KernelTable *k = kernels();
  contractions(k);
  elements(k);
  randomness(k);
  training(k);
  return 0;
}
