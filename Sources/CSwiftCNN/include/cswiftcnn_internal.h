/* What the engine needs from the operating system and the processor, in C: threads, locks, memory, errors.
 * Not part of the library's interface: only names beginning with scnn_i_ live here, and they are not exported. */
#ifndef CSWIFTCNN_INTERNAL_H
#define CSWIFTCNN_INTERNAL_H

#include <stddef.h>
#include <stdint.h>

#pragma GCC visibility push(hidden)

/* ---- processor (cpu.c) ---- */

/* The best instruction set that this processor and operating system offer:
 * 0 baseline, 1 AVX2 with FMA (x86-64-v3), 2 AVX-512 (x86-64-v4). */
int32_t scnn_i_cpu_level(void);

/* Makes denormal numbers zero on the calling thread, in operands and results; returns the mode to give to fp_leave.
 * Does nothing on other processors than x86-64 and 64-bit ARM. */
uint32_t scnn_i_fp_enter(void);
void scnn_i_fp_leave(uint32_t mode);

/* ---- interruption (interrupt.c) ---- */

/* Whether the program wants long work to end, as the function given to scnn_set_interrupt_check says; asked no more than some twenty
 * times a second by each thread. */
int32_t scnn_i_interrupted(void);

/* ---- how many threads (thread_count.c) ---- */

#define SCNN_I_MAX_THREADS 256

/* The number of threads of the next region: the number that was set, or SWIFTCNN_NUM_THREADS,
 * or else the cores that this process may use. 1...SCNN_I_MAX_THREADS. */
int32_t scnn_i_threads(void);

/* Returns 0, or -1 if `threads` is not in 1...SCNN_I_MAX_THREADS. Takes effect with the next region. */
int32_t scnn_i_set_threads(int32_t threads);

/* What is wrong with SWIFTCNN_NUM_THREADS, or NULL. After a successful scnn_i_set_threads always NULL. */
const char *scnn_i_threads_error(void);

/* ---- thread pool (pool.c) ---- */

/* Calls body(context, task, thread) once for each task in 0..<tasks, in any order, and returns when all are done.
 * The caller is thread 0; 0 <= thread < limit, and no two calls with the same thread overlap. `limit` is what the caller has
 * room for, whatever scnn_i_set_threads says meanwhile. wakes: 1 if the work is worth waking threads that sleep (some
 * 50 microseconds); 0 to share it with those that are awake only. All run with denormals as zero; the caller's mode is put
 * back. A region that begins while another caller's region runs, or inside a body, is run by its caller alone. */
void scnn_i_parallel(int32_t limit, int64_t tasks, int32_t wakes, void (*body)(void *context, int64_t task, int32_t thread),
                     void *context);

/* ---- lock (mutex.c) ---- */

/* First come, first served, so that a thread that locks again at once lets a waiting one in.
 * fork() waits for every such lock; in the child all of them are free. */
typedef struct scnn_i_mutex scnn_i_mutex;

scnn_i_mutex *scnn_i_mutex_new(void); /* NULL if there is no memory */
void scnn_i_mutex_free(scnn_i_mutex *mutex);
void scnn_i_mutex_lock(scnn_i_mutex *mutex);
void scnn_i_mutex_unlock(scnn_i_mutex *mutex);
/* Grows from one that is made to the next. Who takes several takes those with larger numbers first. */
uint64_t scnn_i_mutex_number(const scnn_i_mutex *mutex);

/* Called by the pool's fork handlers, in this order around a fork. */
void scnn_i_mutex_fork_prepare(void);
void scnn_i_mutex_fork_parent(void);
void scnn_i_mutex_fork_child(void);

/* ---- memory (memory.c) ---- */

/* Zeroed, aligned to 64 bytes; from 4 MiB on aligned to 2 MiB and backed by huge pages where the system has them.
 * NULL if there is not enough. Release with scnn_i_dealloc. */
void *scnn_i_alloc(size_t bytes);
void scnn_i_dealloc(void *memory);

/* Whether the machine has so much memory to give now: 1 or 0. Asking for more would be granted, and the process killed later. */
int32_t scnn_i_memory_suffices(size_t bytes);

/* Copies memory that may be gone, such as a mapping of a file that was cut: 0, or -1 where it is. */
int32_t scnn_i_copy_guarded(void *target, const void *source, size_t count);

/* A copy of `count` bytes and a zero byte behind them, for scnn_free(); NULL if there is no memory. */
void *scnn_i_copy(const void *bytes, size_t count);

/* ---- error message (error.c) ---- */

/* What scnn_last_error() and scnn_last_errno() return on this thread from now on; the message is copied, of any length. */
void scnn_i_set_error(const char *message, int32_t code);

#pragma GCC visibility pop

#endif
