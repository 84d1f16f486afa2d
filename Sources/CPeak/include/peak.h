/* The most that a core can do: fused multiply-adds on registers only, none waiting for another. */
#ifndef SWIFTCNN_PEAK_H
#define SWIFTCNN_PEAK_H

#include <stdint.h>

/* Runs `steps` rounds of fused multiply-adds with the widest vectors of a level, 0 baseline, 1 AVX2, 2 AVX-512, which the
 * processor must have. Returns how many single multiply-adds that were; `sink` gets a result, so that none is left out. */
int64_t peak_multiply_adds(int32_t level, int64_t steps, float *sink);

#endif
