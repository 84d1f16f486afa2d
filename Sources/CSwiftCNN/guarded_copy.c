#define _GNU_SOURCE /* process_vm_readv */

#include "cswiftcnn_internal.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

/* The kernel reads for us, and says so where there is nothing to read, instead of ending the process. */
static ssize_t read_as_process(void *target, const void *source, size_t count) {
  struct iovec local = {target, count}, remote = {(void *)source, count};
  return process_vm_readv(getpid(), &local, 1, &remote, 1, 0);
}

/* The same where a sandbox forbids that call. */
static ssize_t read_as_file(void *target, const void *source, size_t count) {
  int file = open("/proc/self/mem", O_RDONLY | O_CLOEXEC);
  if (file < 0) return -1;
  ssize_t result = pread(file, target, count, (off_t)(uintptr_t)source);
  int reason = errno;
  close(file);
  errno = reason;
  return result;
}

int32_t scnn_i_copy_guarded(void *target, const void *source, size_t count) {
  size_t done = 0;
  while (done < count) {
    char *to = (char *)target + done;
    const char *from = (const char *)source + done;
    ssize_t result = read_as_process(to, from, count - done);
    if (result < 0 && (errno == ENOSYS || errno == EPERM)) result = read_as_file(to, from, count - done);
    if (result <= 0) return -1;
    done += (size_t)result;
  }
  return 0;
}
