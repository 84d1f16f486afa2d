#define _DEFAULT_SOURCE /* MAP_ANONYMOUS, madvise */

#include "cswiftcnn_internal.h"
#include "swiftcnn.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static const size_t small_alignment = 64;
static const size_t huge_page = (size_t)2 << 20;
static const size_t huge_from = (size_t)4 << 20;

/* Lies in the 64 bytes before each block. */
typedef struct {
  void *start;
  size_t mapped; /* bytes to unmap, or 0 if `start` came from malloc */
} Header;

static void *place(char *start, size_t alignment, size_t mapped) {
  uintptr_t after_header = (uintptr_t)start + small_alignment;
  char *block = start + ((after_header + alignment - 1) / alignment * alignment - (uintptr_t)start);
  ((Header *)block)[-1] = (Header){start, mapped};
  return block;
}

/* Fresh pages are zero, and cost nothing until they are touched. */
static void *alloc_huge(size_t bytes) {
  size_t mapped = bytes + 2 * huge_page;
  char *start = mmap(NULL, mapped, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (start == MAP_FAILED) return NULL;
  void *block = place(start, huge_page, mapped);
  madvise(block, bytes, MADV_HUGEPAGE); /* a wish: without it the memory works all the same */
  return block;
}

void *scnn_i_alloc(size_t bytes) {
  if (bytes > SIZE_MAX / 2) return NULL;
  if (bytes >= huge_from) return alloc_huge(bytes);
  char *start = calloc(1, bytes + 2 * small_alignment);
  return start ? place(start, small_alignment, 0) : NULL;
}

void scnn_i_dealloc(void *memory) {
  if (!memory) return;
  Header header = ((Header *)memory)[-1];
  if (header.mapped) {
    munmap(header.start, header.mapped);
  } else {
    free(header.start);
  }
}

/* What the system says could be had without swapping, in bytes; -1 if it says nothing. */
static int64_t memory_available(void) {
  FILE *file = fopen("/proc/meminfo", "re");
  if (!file) return -1;
  char line[128];
  long long kibibytes = -1;
  while (kibibytes < 0 && fgets(line, sizeof line, file)) sscanf(line, "MemAvailable: %lld kB", &kibibytes);
  fclose(file);
  return kibibytes < 0 ? -1 : kibibytes * 1024;
}

int32_t scnn_i_memory_suffices(size_t bytes) {
  static const size_t worth_asking = (size_t)256 << 20;
  if (bytes < worth_asking) return 1;
  size_t physical = (size_t)sysconf(_SC_PHYS_PAGES) * (size_t)sysconf(_SC_PAGESIZE);
  int64_t available = bytes <= physical ? memory_available() : 0;
  return available < 0 || bytes <= (size_t)available;
}

void *scnn_i_copy(const void *bytes, size_t count) {
  if (count == SIZE_MAX) return NULL;
  char *copy = malloc(count + 1);
  if (!copy) return NULL;
  if (count > 0) memcpy(copy, bytes, count);
  copy[count] = 0;
  return copy;
}

void scnn_free(void *block) { free(block); }
