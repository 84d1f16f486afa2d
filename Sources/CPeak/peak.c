#include "peak.h"

/* More sums than a fused multiply-add takes cycles times those that start in one cycle; with both factors they fit into the
 * 16 registers of AVX2. */
enum { SUMS = 12 };

/* One function for each vector width. The factors come from memory, so that the compiler cannot know them. */
#define PEAK(name, attributes, bytes, multiply_add)                                        \
  typedef float name##_vector __attribute__((vector_size(bytes)));                         \
  attributes static int64_t name(int64_t steps, float *sink) {                             \
    const int lanes = bytes / sizeof(float);                                               \
    name##_vector factor = {0}, offset = {0}, sums[SUMS] = {0};                            \
    factor += *(volatile float *)sink;                                                     \
    offset += *(volatile float *)sink;                                                     \
    for (int64_t step = 0; step < steps; step++)                                           \
      _Pragma("clang loop unroll(full)") for (int i = 0; i < SUMS; i++) {                  \
        sums[i] = multiply_add;                                                            \
        __asm__ volatile("" : HELD(sums[i]));                                              \
      }                                                                                    \
    for (int i = 1; i < SUMS; i++) sums[0] += sums[i];                                     \
    *(volatile float *)sink = sums[0][0];                                                  \
    return steps * SUMS * lanes;                                                           \
  }

#define FUSED __builtin_elementwise_fma(sums[i], factor, offset)

#if defined(__x86_64__)
#define HELD(value) "+x"(value)
PEAK(baseline, , 16, sums[i] * factor + offset)
PEAK(avx2, __attribute__((target("avx2,fma"))), 32, FUSED)
#undef HELD
#define HELD(value) "+v"(value)
PEAK(avx512, __attribute__((target("avx512f"))), 64, FUSED)

int64_t peak_multiply_adds(int32_t level, int64_t steps, float *sink) {
  if (level == 2) return avx512(steps, sink);
  return level == 1 ? avx2(steps, sink) : baseline(steps, sink);
}
#else
#define HELD(value) "+w"(value)
PEAK(baseline, , 16, FUSED)

int64_t peak_multiply_adds(int32_t level, int64_t steps, float *sink) {
  (void)level;
  return baseline(steps, sink);
}
#endif
