/* swiftcnn._native: swiftcnn.h as a Python module, one to one. Nothing is decided or computed here.
 *
 * Built against Python's stable ABI of 3.11, so that one binary serves 3.11 and later. While the engine works the GIL is
 * released and every array stays locked through the buffer protocol. */
#ifndef SWIFTCNN_NATIVE_H
#define SWIFTCNN_NATIVE_H

#define PY_SSIZE_T_CLEAN
#include <Python.h>

#include "swiftcnn.h"

typedef struct {
  PyObject_HEAD
  scnn_model *model;      /* never NULL once Python sees the object */
  Py_ssize_t value_count; /* how many numbers an evaluation yields; -1: not asked since it was compiled */
} ModelObject;

/* In every module: functions return NULL or -1 with a Python exception set when they fail. */

/* ---- calls.c ---- */

/* Raises what an engine call failed with: 0, or -1 if `status` is not SCNN_OK. Keeps an exception that is already set. */
int check_status(scnn_status status);

/* An scnn_interrupt_check: whether a signal, such as that of Ctrl-C, has raised an exception, which stays set. */
int32_t hear_signals(void);

/* Python's None or callable that hears a call's events; between begin and end the GIL is released. */
typedef struct {
  PyObject *callback; /* NULL: only signals are looked after */
  PyThreadState *thread;
  int raised;
} Listener;

int listener_open(Listener *listener, PyObject *callback);
void listener_begin(Listener *listener);
int listener_end(Listener *listener, scnn_status status); /* like check_status */
int32_t listener_hear(void *listener, const scnn_event *event);

/* Integers beyond 64 bits become the nearest that fits. A bool is none: it is a slip in every place where we ask for one. */
int read_integer(PyObject *object, const char *name, int64_t *value);
int read_integer_or_none(PyObject *object, const char *name, int64_t *value); /* NULL or None: leaves *value alone */

/* The text of a str, valid as long as it. */
const char *read_text(PyObject *object, const char *name);

/* Takes over a string that the engine handed out. */
PyObject *take_text(char *text);

/* ---- arrays.c ---- */

/* A locked array. All zero: none; closing that is allowed. */
typedef struct {
  Py_buffer buffer;
  scnn_array array;
} Input;

int input_open(Input *input, PyObject *object, const char *name);
int input_open_optional(Input *input, PyObject *object, const char *name); /* NULL or None: no array */
void input_close(Input *input);
const scnn_array *input_array(const Input *input); /* NULL without an array */

typedef struct {
  Input x, y, sample_weight;
} Data;

int data_open(Data *data, PyObject *x, PyObject *y, PyObject *sample_weight);
void data_close(Data *data);

/* Locks C-contiguous float32 elements, writable or not; *count is their number. Release with PyBuffer_Release. */
int floats_open(Py_buffer *buffer, PyObject *object, const char *name, int writable, int64_t *count);

/* None or a sequence of numbers; *values (NULL for None) is released with PyMem_Free. */
int read_doubles(PyObject *object, const char *name, double **values, int64_t *count);

/* ---- functions.c ---- */

PyObject *describe_architecture(PyObject *module, PyObject *architecture);
PyObject *check_settings(PyObject *module, PyObject *arguments);
PyObject *learning_rate_at(PyObject *module, PyObject *arguments);
PyObject *metric_update(PyObject *module, PyObject *arguments);
PyObject *metric_value(PyObject *module, PyObject *arguments);

/* ---- model_state.c, model_run.c: methods of Model ---- */

PyObject *model_architecture(ModelObject *self, PyObject *unused);
PyObject *model_describe(ModelObject *self, PyObject *unused);
PyObject *model_plan_info(ModelObject *self, PyObject *batch_size);
PyObject *model_compile(ModelObject *self, PyObject *configuration);
PyObject *model_get_weight(ModelObject *self, PyObject *arguments);
PyObject *model_set_weight(ModelObject *self, PyObject *arguments);
PyObject *model_set_weights(ModelObject *self, PyObject *values);
PyObject *model_set_trainable(ModelObject *self, PyObject *arguments);
PyObject *model_get_learning_rate(ModelObject *self, void *unused);
PyObject *model_adopt_weight_average(ModelObject *self, PyObject *unused);
int model_set_learning_rate(ModelObject *self, PyObject *value, void *unused);
PyObject *model_save(ModelObject *self, PyObject *path);
PyObject *model_save_weights(ModelObject *self, PyObject *path);
PyObject *model_load_weights(ModelObject *self, PyObject *path);
PyObject *model_serialize(ModelObject *self, PyObject *unused);

PyObject *model_fit(ModelObject *self, PyObject *arguments, PyObject *keywords);
PyObject *model_evaluate(ModelObject *self, PyObject *arguments, PyObject *keywords);
PyObject *model_predict(ModelObject *self, PyObject *arguments, PyObject *keywords);
PyObject *model_call(ModelObject *self, PyObject *arguments, PyObject *keywords);
PyObject *model_train_on_batch(ModelObject *self, PyObject *arguments, PyObject *keywords);
PyObject *model_gradients(ModelObject *self, PyObject *arguments, PyObject *keywords);

/* ---- model_type.c ---- */

extern PyType_Spec model_spec;

#endif
