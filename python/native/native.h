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
  scnn_model *model; /* never NULL once Python sees the object */
} ModelObject;

/* In every module: functions return NULL or -1 with a Python exception set when they fail. */

/* ---- calls.c ---- */

/* Raises what an engine call failed with: 0, or -1 if `status` is not SCNN_OK. Keeps an exception that is already set. */
int check_status(scnn_status status);

/* An scnn_interrupt_check: whether a signal, such as that of Ctrl-C, has raised an exception, which stays set. */
int32_t hear_signals(void);

/* Python's None or callable that gets the events of a call; between begin and end the GIL is released. */
typedef struct {
  PyObject *callback; /* NULL: only signals are looked after */
  PyThreadState *thread;
  int raised;
} Listener;

int listener_open(Listener *listener, PyObject *callback);
void listener_begin(Listener *listener);
int listener_end(Listener *listener, scnn_status status); /* like check_status */
/* Around what Python does in between. leave: the answer again; below 0 an exception is set, and Python is not called again. */
void listener_enter(Listener *listener);
int listener_leave(Listener *listener, int answer);
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

/* Locks C-contiguous float32 elements, writable or not; *count is their number. Release with PyBuffer_Release. */
int floats_open(Py_buffer *buffer, PyObject *object, const char *name, int writable, int64_t *count);

/* None or a sequence of numbers; *values (NULL for None) is released with PyMem_Free. */
int read_doubles(PyObject *object, const char *name, double **values, int64_t *count);

/* None or a sequence of integers; *values (NULL for None) is released with PyMem_Free. */
int read_integers(PyObject *object, const char *name, int64_t **values, int64_t *count);

/* ---- tuples.c: arguments of one array, or of a tuple of them ---- */

/* These structs point into themselves, as one array needs no memory beside them: they stay where they are while they are open.
 * All zero: nothing; closing that is allowed. A function that fails leaves nothing open. */
typedef struct {
  int64_t count;
  const scnn_array *const *arrays; /* NULL for an entry that is None */
  Input one;
  const scnn_array *first;
  void *memory;
} Inputs;

int inputs_open(Inputs *inputs, PyObject *object, const char *name);
int inputs_open_some(Inputs *inputs, PyObject *object, const char *name); /* the entries of a tuple may be None */
int inputs_open_optional(Inputs *inputs, PyObject *object, const char *name); /* so may the whole, or NULL: no arrays */
void inputs_close(Inputs *inputs);

/* Locked float32 elements to write to. */
typedef struct {
  int64_t count;
  float *const *values;  /* NULL for an entry that is None */
  const int64_t *counts; /* how many elements each has */
  Py_buffer one;
  float *first;
  int64_t first_count;
  void *memory;
} Outputs;

int outputs_open(Outputs *outputs, PyObject *object, const char *name);
int outputs_open_optional(Outputs *outputs, PyObject *object, const char *name); /* entries or the whole may be None */
void outputs_close(Outputs *outputs);

/* What scnn_samples is made of. */
typedef struct {
  Inputs x, y, sample_weight;
  scnn_samples samples;
} Data;

int data_open(Data *data, PyObject *x, PyObject *y, PyObject *sample_weight);
int data_open_tuple(Data *data, PyObject *tuple, const char *name); /* (x, y) or (x, y, sample_weight) */
void data_close(Data *data);

/* None, a sequence of numbers, or a tuple of such, one for each output. */
typedef struct {
  int64_t count;
  const scnn_class_weight *weights;
  scnn_class_weight one;
  void *memory;
} ClassWeights;

int class_weights_open(ClassWeights *weights, PyObject *object);
void class_weights_close(ClassWeights *weights);

/* ---- sources.c ---- */

/* A Python object that gives batches, as the engine's source: `name` and `steps` (scnn_batch_source's batches), begin(epoch), next(),
 * which returns (x, y) or (x, y, sample_weight) or at the end of an epoch None, and end(). A batch stays locked until the next call of
 * any of them. Like the structs above it stays where it is while it is open; all zero: nothing. */
typedef struct {
  scnn_batch_source source;
  PyObject *object;   /* NULL: not open */
  PyObject *name;     /* the text of source.name */
  Listener *listener; /* of the call that takes the batches */
  Data batch;
  int64_t taken; /* in this epoch */
} Source;

int is_source(PyObject *object);
int source_open(Source *source, PyObject *object, Listener *listener);
void source_close(Source *source);

/* ---- functions.c ---- */

PyObject *describe_architecture(PyObject *module, PyObject *architecture);
PyObject *check_settings(PyObject *module, PyObject *arguments);
PyObject *learning_rate_at(PyObject *module, PyObject *arguments);
PyObject *metric_update(PyObject *module, PyObject *arguments);
PyObject *metric_value(PyObject *module, PyObject *arguments);

/* ---- model_state.c, model_fit.c, model_run.c: methods of Model ---- */

PyObject *model_architecture(ModelObject *self, PyObject *unused);
PyObject *model_describe(ModelObject *self, PyObject *unused);
PyObject *model_plan_info(ModelObject *self, PyObject *batch_size);
PyObject *model_compile(ModelObject *self, PyObject *configuration);
PyObject *model_get_weight(ModelObject *self, PyObject *arguments);
PyObject *model_set_weight(ModelObject *self, PyObject *arguments);
PyObject *model_set_weights(ModelObject *self, PyObject *values);
PyObject *model_set_trainable(ModelObject *self, PyObject *arguments);
PyObject *model_get_iterations(ModelObject *self, void *unused);
PyObject *model_get_epochs(ModelObject *self, void *unused);
PyObject *model_get_tally_counts(ModelObject *self, void *unused);
PyObject *model_get_learning_rate(ModelObject *self, void *unused);
PyObject *model_adopt_weight_average(ModelObject *self, PyObject *unused);
int model_set_learning_rate(ModelObject *self, PyObject *value, void *unused);
PyObject *model_save(ModelObject *self, PyObject *path);
PyObject *model_save_weights(ModelObject *self, PyObject *path);
PyObject *model_load_weights(ModelObject *self, PyObject *path);
PyObject *model_serialize(ModelObject *self, PyObject *unused);

PyObject *model_fit(ModelObject *self, PyObject *arguments, PyObject *keywords);
PyObject *model_fit_source(ModelObject *self, PyObject *arguments, PyObject *keywords);
PyObject *model_evaluate(ModelObject *self, PyObject *arguments, PyObject *keywords);
PyObject *model_evaluate_source(ModelObject *self, PyObject *arguments, PyObject *keywords);
PyObject *model_predict(ModelObject *self, PyObject *arguments, PyObject *keywords);
PyObject *model_call(ModelObject *self, PyObject *arguments, PyObject *keywords);
PyObject *model_train_on_batch(ModelObject *self, PyObject *arguments, PyObject *keywords);
PyObject *model_gradients(ModelObject *self, PyObject *arguments, PyObject *keywords);
PyObject *model_differentiate(ModelObject *self, PyObject *arguments, PyObject *keywords);

/* ---- model_type.c ---- */

extern PyType_Spec model_spec;

#endif
