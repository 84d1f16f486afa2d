/* The thread pool. One word, `state`, says everything that workers and caller must agree on:
 *
 *   bits 0...9    how many workers are inside the region
 *   bit 10        the region is open: workers may enter
 *   bit 11        workers must end
 *   bits 12...31  the region's number, so that a worker enters each region once
 *
 * The caller closes the region when no task is left and waits only for the workers inside: one that wakes up late
 * finds the region closed and delays nobody. */
#define _GNU_SOURCE /* syscall, pthread_setname_np */

#include "cswiftcnn_internal.h"

#include <linux/futex.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#define INSIDE_MASK 0x3ffu
#define OPEN_BIT (1u << 10)
#define QUIT_BIT (1u << 11)
#define NUMBER_UNIT (1u << 12)

static const int64_t spin_nanoseconds = 50000;
static const size_t stack_bytes = (size_t)1 << 20;

typedef struct {
  void (*body)(void *, int64_t, int32_t);
  void *context;
  int64_t tasks;
  int32_t threads; /* only workers below this number take tasks */
} Region;

/* Each on a cache line of its own: `next_task` is written all the time while `state` is watched. */
static _Alignas(128) _Atomic uint32_t state;
static _Alignas(128) _Atomic int64_t next_task;
static _Alignas(128) _Atomic int32_t sleepers;
static _Atomic int32_t alive;
static Region region;

/* Held by the caller of the running region; guards what follows and whoever opens a region. */
static pthread_mutex_t busy = PTHREAD_MUTEX_INITIALIZER;
static int32_t built_for = 1; /* threads that the workers were started for, the caller included */

/* ---- waiting ---- */

static inline void pause_briefly(void) {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  __asm__ volatile("yield");
#endif
}

static int64_t now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
}

/* Watches `state` until a region other than `last` opens, or workers must end; 0 if it took too long. */
static int spin_for_change(uint32_t last) {
  int64_t deadline = now() + spin_nanoseconds;
  do {
    for (int i = 0; i < 32; i++) {
      uint32_t seen = atomic_load_explicit(&state, memory_order_relaxed);
      if (seen & QUIT_BIT || (seen & OPEN_BIT && seen / NUMBER_UNIT != last)) return 1;
      pause_briefly();
    }
  } while (now() < deadline);
  return 0;
}

/* Asleep until `state` is no longer what it was; may return early. The count comes before the look at `state`, and
 * the caller changes `state` before it looks at the count, so one of the two always sees the other. */
static void sleep_for_change(uint32_t last) {
  atomic_fetch_add(&sleepers, 1);
  uint32_t seen = atomic_load(&state);
  if (!(seen & QUIT_BIT) && (!(seen & OPEN_BIT) || seen / NUMBER_UNIT == last)) {
    syscall(SYS_futex, &state, FUTEX_WAIT_PRIVATE, seen, NULL, NULL, 0);
  }
  atomic_fetch_sub(&sleepers, 1);
}

static void wake(int32_t count) {
  if (atomic_load(&sleepers) > 0) syscall(SYS_futex, &state, FUTEX_WAKE_PRIVATE, count, NULL, NULL, 0);
}

/* ---- workers ---- */

static void run_tasks(int32_t thread) {
  while (thread < region.threads) {
    int64_t task = atomic_fetch_add_explicit(&next_task, 1, memory_order_relaxed);
    if (task >= region.tasks) return;
    region.body(region.context, task, thread);
  }
}

/* Enters the open region, unless it is number `last`; returns its number, or `last`. */
static uint32_t enter(uint32_t last) {
  uint32_t seen = atomic_load_explicit(&state, memory_order_relaxed);
  do {
    if (!(seen & OPEN_BIT) || seen / NUMBER_UNIT == last) return last;
  } while (!atomic_compare_exchange_weak_explicit(&state, &seen, seen + 1, memory_order_acquire, memory_order_relaxed));
  return seen / NUMBER_UNIT;
}

static void *worker(void *argument) {
  int32_t thread = (int32_t)(intptr_t)argument;
  scnn_i_fp_enter();
  uint32_t last = UINT32_MAX; /* no region has this number */
  while (!(atomic_load_explicit(&state, memory_order_relaxed) & QUIT_BIT)) {
    uint32_t number = enter(last);
    if (number != last) {
      last = number;
      run_tasks(thread);
      atomic_fetch_sub_explicit(&state, 1, memory_order_release);
    } else if (!spin_for_change(last)) {
      sleep_for_change(last);
    }
  }
  atomic_fetch_sub(&alive, 1);
  return NULL;
}

/* ---- the number of workers; `busy` is held ---- */

static void end_workers(void) {
  atomic_fetch_or(&state, QUIT_BIT);
  wake(SCNN_I_MAX_THREADS);
  while (atomic_load(&alive) > 0) sched_yield();
  atomic_fetch_and(&state, ~QUIT_BIT);
}

/* Detached, so that nothing at the end of the program waits for them, and deaf to signals, which are the program's own.
 * If the system refuses a thread, the pool works with those it has. */
static void start_workers(int32_t threads) {
  sigset_t all, before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
  pthread_attr_setstacksize(&attributes, stack_bytes);
  for (int32_t thread = 1; thread < threads; thread++) {
    pthread_t created;
    atomic_fetch_add(&alive, 1);
    if (pthread_create(&created, &attributes, worker, (void *)(intptr_t)thread) != 0) {
      atomic_fetch_sub(&alive, 1);
      break;
    }
    pthread_setname_np(created, "swiftcnn");
  }
  pthread_attr_destroy(&attributes);
  pthread_sigmask(SIG_SETMASK, &before, NULL);
}

static void resize(int32_t threads) {
  if (threads == built_for) return;
  end_workers();
  start_workers(threads);
  built_for = threads;
}

/* ---- regions ---- */

static void open_region(Region description, int32_t wakes) {
  region = description;
  atomic_store_explicit(&next_task, 0, memory_order_relaxed);
  uint32_t number = atomic_load_explicit(&state, memory_order_relaxed) / NUMBER_UNIT + 1;
  atomic_store(&state, number * NUMBER_UNIT | OPEN_BIT);
  int64_t helpers = description.tasks - 1;
  if (wakes) wake(helpers < SCNN_I_MAX_THREADS ? (int32_t)helpers : SCNN_I_MAX_THREADS);
}

static void close_region(void) {
  atomic_fetch_and(&state, ~OPEN_BIT);
  int64_t deadline = now() + spin_nanoseconds;
  while (atomic_load_explicit(&state, memory_order_acquire) & INSIDE_MASK) {
    if (now() < deadline) {
      pause_briefly();
    } else {
      sched_yield(); /* the worker may be waiting for this very core */
    }
  }
}

static void run_alone(Region description) {
  for (int64_t task = 0; task < description.tasks; task++) description.body(description.context, task, 0);
}

/* Whether a worker is awake, and so can help at once. */
static int has_help(void) { return atomic_load(&sleepers) < atomic_load(&alive); }

void scnn_i_parallel(int32_t limit, int64_t tasks, int32_t wakes, void (*body)(void *, int64_t, int32_t), void *context) {
  int32_t threads = scnn_i_threads();
  Region description = {body, context, tasks, limit < threads ? limit : threads};
  uint32_t mode = scnn_i_fp_enter();
  if (tasks <= 1 || description.threads <= 1 || !(wakes || has_help()) || pthread_mutex_trylock(&busy) != 0) {
    run_alone(description);
  } else {
    resize(threads);
    open_region(description, wakes);
    run_tasks(0);
    close_region();
    pthread_mutex_unlock(&busy);
  }
  scnn_i_fp_leave(mode);
}

/* ---- fork: only the forking thread lives on in the child, so the child starts with no workers ---- */

static void fork_prepare(void) {
  scnn_i_mutex_fork_prepare(); /* first: a thread that holds such a lock may be running a region */
  pthread_mutex_lock(&busy);
}

static void fork_parent(void) {
  pthread_mutex_unlock(&busy);
  scnn_i_mutex_fork_parent();
}

static void fork_child(void) {
  atomic_store(&state, 0);
  atomic_store(&sleepers, 0);
  atomic_store(&alive, 0);
  built_for = 1;
  pthread_mutex_init(&busy, NULL);
  scnn_i_mutex_fork_child();
}

/* When the library is loaded: registered at first use, another thread's fork could come in between. */
__attribute__((constructor)) static void register_fork_handlers(void) { pthread_atfork(fork_prepare, fork_parent, fork_child); }
