#define _GNU_SOURCE /* sched_getaffinity */

#include "cswiftcnn_internal.h"

#include <errno.h>
#include <limits.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const variable = "SWIFTCNN_NUM_THREADS";

static _Atomic int32_t chosen; /* by scnn_i_set_threads; 0: not yet */
static pthread_once_t once = PTHREAD_ONCE_INIT;
static int32_t fallback; /* used until one is chosen */
static char fallback_error[256];

static int32_t clamp(int64_t threads) {
  return threads < 1 ? 1 : threads > SCNN_I_MAX_THREADS ? SCNN_I_MAX_THREADS : (int32_t)threads;
}

/* ---- the cores that this process may use ---- */

static int64_t affinity_count(void) {
  for (int cpus = CPU_SETSIZE; cpus <= 1 << 20; cpus *= 2) {
    cpu_set_t *set = CPU_ALLOC(cpus);
    if (!set) break;
    size_t size = CPU_ALLOC_SIZE(cpus);
    int failed = sched_getaffinity(0, size, set);
    int count = failed ? 0 : CPU_COUNT_S(size, set);
    CPU_FREE(set);
    if (!failed) return count;
    if (errno != EINVAL) break; /* EINVAL: the machine has more cores than the set has room for */
  }
  return 1;
}

/* Reads up to `count` integers from a file; the word "max" counts as -1. Returns how many there were. */
static int read_integers(const char *path, int64_t *values, int count) {
  FILE *file = fopen(path, "re");
  if (!file) return 0;
  int found = 0;
  char word[32];
  while (found < count && fscanf(file, "%31s", word) == 1) {
    values[found++] = strcmp(word, "max") == 0 ? -1 : strtoll(word, NULL, 10);
  }
  fclose(file);
  return found;
}

/* Quota of one control group, in cores rounded up; INT64_MAX without one. */
static int64_t group_quota(const char *root, const char *group, int version) {
  char path[PATH_MAX + 64];
  int64_t values[2] = {-1, 0}; /* quota and period, in microseconds */
  if (version == 2) {
    snprintf(path, sizeof path, "%s%s/cpu.max", root, group);
    read_integers(path, values, 2);
  } else {
    snprintf(path, sizeof path, "%s%s/cpu.cfs_quota_us", root, group);
    read_integers(path, &values[0], 1);
    snprintf(path, sizeof path, "%s%s/cpu.cfs_period_us", root, group);
    read_integers(path, &values[1], 1);
  }
  if (values[0] <= 0 || values[1] <= 0) return INT64_MAX;
  return values[0] / values[1] + (values[0] % values[1] != 0);
}

/* The tightest quota of a group and its ancestors. In a container the path may be one of the host's that
 * cannot be seen here; then only the mount's root, which is the container's own group, has the file. */
static int64_t tightest_quota(const char *root, char *group, int version) {
  int64_t tightest = INT64_MAX;
  for (;;) {
    int64_t quota = group_quota(root, group, version);
    if (quota < tightest) tightest = quota;
    char *slash = strrchr(group, '/');
    if (!slash) return tightest;
    *slash = 0;
  }
}

static int names_cpu(const char *controllers) {
  for (const char *word = controllers; word; word = strchr(word, ',')) {
    word += *word == ',';
    if (strncmp(word, "cpu", 3) == 0 && (word[3] == 0 || word[3] == ',')) return 1;
  }
  return 0;
}

/* Lines of /proc/self/cgroup are `id:controllers:path`; version 2 has no controllers. */
static int64_t quota_count(void) {
  FILE *file = fopen("/proc/self/cgroup", "re");
  if (!file) return INT64_MAX;
  int64_t tightest = INT64_MAX;
  char line[PATH_MAX + 128];
  while (fgets(line, sizeof line, file)) {
    line[strcspn(line, "\n")] = 0;
    char *controllers = strchr(line, ':');
    char *group = controllers ? strchr(controllers + 1, ':') : NULL;
    if (!group) continue;
    *group++ = 0;
    controllers++;
    int version = *controllers ? 1 : 2;
    if (version == 1 && !names_cpu(controllers)) continue;
    int64_t quota = tightest_quota(version == 1 ? "/sys/fs/cgroup/cpu" : "/sys/fs/cgroup", group, version);
    if (quota < tightest) tightest = quota;
  }
  fclose(file);
  return tightest;
}

/* ---- the choice ---- */

static void find_fallback(void) {
  int64_t cores = affinity_count(), quota = quota_count();
  fallback = clamp(quota < cores ? quota : cores);
  const char *text = getenv(variable);
  if (!text || !*text) return;
  char *end;
  errno = 0;
  long long threads = strtoll(text, &end, 10);
  if (errno == 0 && *end == 0 && threads >= 1 && threads <= SCNN_I_MAX_THREADS) {
    fallback = (int32_t)threads;
  } else {
    snprintf(fallback_error, sizeof fallback_error,
             "%s is \"%.60s\"; expected an integer from 1 to %d. Correct or unset it, or call set_num_threads().", variable, text,
             SCNN_I_MAX_THREADS);
  }
}

int32_t scnn_i_threads(void) {
  int32_t threads = atomic_load_explicit(&chosen, memory_order_relaxed);
  if (threads) return threads;
  pthread_once(&once, find_fallback);
  return fallback;
}

int32_t scnn_i_set_threads(int32_t threads) {
  if (threads < 1 || threads > SCNN_I_MAX_THREADS) return -1;
  atomic_store_explicit(&chosen, threads, memory_order_relaxed);
  return 0;
}

const char *scnn_i_threads_error(void) {
  if (atomic_load_explicit(&chosen, memory_order_relaxed)) return NULL;
  pthread_once(&once, find_fallback);
  return fallback_error[0] ? fallback_error : NULL;
}
