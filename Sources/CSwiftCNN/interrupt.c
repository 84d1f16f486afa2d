#include "cswiftcnn_internal.h"
#include "swiftcnn.h"

#include <stdatomic.h>
#include <time.h>

static _Atomic(scnn_interrupt_check) handler;

void scnn_set_interrupt_check(scnn_interrupt_check check) { atomic_store(&handler, check); }

int32_t scnn_i_interrupted(void) {
  static const int64_t pause_nanoseconds = 50000000;
  static __thread int64_t next;
  scnn_interrupt_check check = atomic_load_explicit(&handler, memory_order_relaxed);
  if (!check) return 0;
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC_COARSE, &time);
  int64_t now = (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
  if (now < next) return 0;
  int32_t answer = check();
  next = now + pause_nanoseconds;
  return answer;
}
