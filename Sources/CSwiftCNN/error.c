#include "cswiftcnn_internal.h"
#include "swiftcnn.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

static pthread_once_t once = PTHREAD_ONCE_INIT;
static pthread_key_t key; /* its destructor frees a thread's message when the thread ends */
static __thread const char *message = "";
static __thread int32_t code;

static void make_key(void) { pthread_key_create(&key, free); }

void scnn_i_set_error(const char *text, int32_t reason) {
  pthread_once(&once, make_key);
  char *copy = strdup(text);
  free(pthread_getspecific(key));
  pthread_setspecific(key, copy);
  code = reason;
  message = copy ? copy : "out of memory, even for this error's message";
}

const char *scnn_last_error(void) { return message; }

int32_t scnn_last_errno(void) { return code; }
