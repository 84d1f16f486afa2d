/* Denormals count as zero between scnn_i_fp_enter and scnn_i_fp_leave, and only there. Ends with 1 where that is not so. */
#include <stdio.h>

#include "cswiftcnn_internal.h"

static int check(int truth, const char *what) {
  if (!truth) fprintf(stderr, "not so: %s\n", what);
  return truth;
}

int main(void) {
  volatile float tiny = 1e-40f, one = 1;
  int good = check(tiny * one != 0, "the caller keeps denormals");
  uint32_t mode = scnn_i_fp_enter();
  good &= check(tiny * one == 0, "the engine takes denormals as zero");
  scnn_i_fp_leave(mode);
  good &= check(tiny * one != 0, "the caller's mode is back");
  return !good;
}
