#include "cswiftcnn_internal.h"

#include <pthread.h>
#include <stdlib.h>

struct scnn_i_mutex {
  pthread_mutex_t guard; /* of the tickets; held for a moment only */
  pthread_cond_t served;
  uint64_t next_ticket, now_serving;
  uint64_t number;
  scnn_i_mutex *previous, *next;
};

/* All mutexes, the last one first, so that fork() can find them at rest. */
static pthread_mutex_t list_guard = PTHREAD_MUTEX_INITIALIZER;
static scnn_i_mutex *list;
static uint64_t made; /* so far */

static void reset(scnn_i_mutex *mutex) {
  pthread_mutex_init(&mutex->guard, NULL);
  pthread_cond_init(&mutex->served, NULL);
  mutex->next_ticket = mutex->now_serving = 0;
}

scnn_i_mutex *scnn_i_mutex_new(void) {
  scnn_i_mutex *mutex = calloc(1, sizeof *mutex);
  if (!mutex) return NULL;
  reset(mutex);
  pthread_mutex_lock(&list_guard);
  mutex->number = ++made;
  mutex->next = list;
  if (list) list->previous = mutex;
  list = mutex;
  pthread_mutex_unlock(&list_guard);
  return mutex;
}

void scnn_i_mutex_free(scnn_i_mutex *mutex) {
  if (!mutex) return;
  pthread_mutex_lock(&list_guard);
  if (mutex->previous) mutex->previous->next = mutex->next;
  if (mutex->next) mutex->next->previous = mutex->previous;
  if (list == mutex) list = mutex->next;
  pthread_mutex_unlock(&list_guard);
  pthread_cond_destroy(&mutex->served);
  pthread_mutex_destroy(&mutex->guard);
  free(mutex);
}

void scnn_i_mutex_lock(scnn_i_mutex *mutex) {
  pthread_mutex_lock(&mutex->guard);
  uint64_t ticket = mutex->next_ticket++;
  while (mutex->now_serving != ticket) pthread_cond_wait(&mutex->served, &mutex->guard);
  pthread_mutex_unlock(&mutex->guard);
}

void scnn_i_mutex_unlock(scnn_i_mutex *mutex) {
  pthread_mutex_lock(&mutex->guard);
  mutex->now_serving++;
  pthread_cond_broadcast(&mutex->served);
  pthread_mutex_unlock(&mutex->guard);
}

uint64_t scnn_i_mutex_number(const scnn_i_mutex *mutex) { return mutex->number; }

/* Who takes several of these locks takes those with larger numbers first, and takes no list lock while holding one; so taking all
 * in the order of the list cannot deadlock. */
void scnn_i_mutex_fork_prepare(void) {
  pthread_mutex_lock(&list_guard);
  for (scnn_i_mutex *mutex = list; mutex; mutex = mutex->next) scnn_i_mutex_lock(mutex);
}

void scnn_i_mutex_fork_parent(void) {
  for (scnn_i_mutex *mutex = list; mutex; mutex = mutex->next) scnn_i_mutex_unlock(mutex);
  pthread_mutex_unlock(&list_guard);
}

/* The threads that waited in the parent do not exist here, so their tickets would never be served. */
void scnn_i_mutex_fork_child(void) {
  for (scnn_i_mutex *mutex = list; mutex; mutex = mutex->next) reset(mutex);
  pthread_mutex_init(&list_guard, NULL);
}
