#include "cswiftcnn_internal.h"

#if defined(__x86_64__)

#include <xmmintrin.h>

/* Bits of MXCSR: flush results to zero (15), take denormal operands as zero (6). */
static const uint32_t denormals_are_zero = 0x8040;

int32_t scnn_i_cpu_level(void) {
  __builtin_cpu_init();
  if (__builtin_cpu_supports("x86-64-v4")) return 2;
  if (__builtin_cpu_supports("x86-64-v3")) return 1;
  return 0;
}

uint32_t scnn_i_fp_enter(void) {
  uint32_t mode = _mm_getcsr();
  _mm_setcsr(mode | denormals_are_zero);
  return mode;
}

void scnn_i_fp_leave(uint32_t mode) { _mm_setcsr(mode); }

#elif defined(__aarch64__)

/* FPCR's FZ: flush results to zero and take denormal operands as zero. */
static const uint64_t flush_to_zero = 1 << 24;

int32_t scnn_i_cpu_level(void) { return 0; }

uint32_t scnn_i_fp_enter(void) {
  uint64_t mode;
  __asm__ volatile("mrs %0, fpcr" : "=r"(mode));
  __asm__ volatile("msr fpcr, %0" : : "r"(mode | flush_to_zero));
  return (uint32_t)mode;
}

void scnn_i_fp_leave(uint32_t mode) { __asm__ volatile("msr fpcr, %0" : : "r"((uint64_t)mode)); }

#else

int32_t scnn_i_cpu_level(void) { return 0; }

uint32_t scnn_i_fp_enter(void) { return 0; }

void scnn_i_fp_leave(uint32_t mode) { (void)mode; }

#endif
