/* Batches that Python makes when the engine asks for them. */
#include "native.h"

/* ---- what the engine calls ---- */

static int32_t begin_epoch(void *context, int64_t epoch) {
  Source *source = context;
  listener_enter(source->listener);
  source->taken = 0;
  data_close(&source->batch);
  PyObject *answer = PyObject_CallMethod(source->object, "begin", "L", (long long)epoch);
  int more = answer ? PyObject_IsTrue(answer) : -1;
  Py_XDECREF(answer);
  return listener_leave(source->listener, more);
}

/* Says of an exception about the values of a batch which batch it is. */
static void name_batch(const Source *source) {
  PyObject *type, *value, *traceback;
  PyErr_Fetch(&type, &value, &traceback);
  PyErr_NormalizeException(&type, &value, &traceback);
  if (value && (PyErr_GivenExceptionMatches(type, PyExc_ValueError) || PyErr_GivenExceptionMatches(type, PyExc_TypeError))) {
    PyErr_Format(type, "batch %lld of %U: %S", (long long)source->taken, source->name, value);
    Py_XDECREF(type);
    Py_XDECREF(value);
    Py_XDECREF(traceback);
  } else {
    PyErr_Restore(type, value, traceback);
  }
}

/* 1, 0 or -1, as the engine wants it. */
static int take_batch(Source *source) {
  data_close(&source->batch);
  PyObject *given = PyObject_CallMethod(source->object, "next", NULL);
  if (!given) return -1;
  int answer = given == Py_None ? 0 : data_open_tuple(&source->batch, given, "the batch") < 0 ? -1 : 1;
  Py_DECREF(given);
  if (answer < 0) name_batch(source);
  return answer;
}

static int32_t next_batch(void *context, const scnn_samples **batch) {
  Source *source = context;
  listener_enter(source->listener);
  int answer = PyErr_CheckSignals(); /* Ctrl-C */
  if (answer == 0) answer = take_batch(source);
  if (answer > 0) source->taken++;
  *batch = &source->batch.samples;
  return listener_leave(source->listener, answer);
}

static int32_t end_epoch(void *context) {
  Source *source = context;
  listener_enter(source->listener);
  data_close(&source->batch);
  PyObject *nothing = PyObject_CallMethod(source->object, "end", NULL);
  int answer = nothing ? 0 : -1;
  Py_XDECREF(nothing);
  return listener_leave(source->listener, answer);
}

/* ---- opening and closing ---- */

int is_source(PyObject *object) { return PyObject_HasAttrString(object, "next"); }

static int open_source(Source *source) {
  source->name = PyObject_GetAttrString(source->object, "name");
  if (!source->name || !(source->source.name = read_text(source->name, "the source's name"))) return -1;
  PyObject *steps = PyObject_GetAttrString(source->object, "steps");
  int result = steps ? read_integer(steps, "the source's steps", &source->source.batches) : -1;
  Py_XDECREF(steps);
  return result;
}

int source_open(Source *source, PyObject *object, Listener *listener) {
  *source = (Source){.object = Py_NewRef(object), .listener = listener};
  source->source.context = source;
  source->source.begin_epoch = begin_epoch;
  source->source.next = next_batch;
  source->source.end_epoch = end_epoch;
  if (open_source(source) == 0) return 0;
  source_close(source);
  return -1;
}

void source_close(Source *source) {
  data_close(&source->batch);
  Py_CLEAR(source->name);
  Py_CLEAR(source->object);
}
