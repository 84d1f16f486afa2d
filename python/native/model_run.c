/* Model's methods that compute once: evaluation, inference and single batches. */
#include "native.h"

/* ---- an evaluation's numbers ---- */

/* Room for an evaluation's numbers, to be released with PyMem_Free. */
static double *new_values(ModelObject *self, Py_ssize_t *count) {
  int64_t needed = 0;
  scnn_status status;
  Py_BEGIN_ALLOW_THREADS
  status = scnn_model_value_count(self->model, &needed);
  Py_END_ALLOW_THREADS
  if (check_status(status) < 0) return NULL;
  *count = (Py_ssize_t)needed;
  double *values = PyMem_Calloc((size_t)needed + 1, sizeof *values);
  if (!values) PyErr_NoMemory();
  return values;
}

/* A list of the numbers if `result` is 0, else NULL; releases them either way. */
static PyObject *take_values(double *values, Py_ssize_t count, int result) {
  PyObject *list = result < 0 ? NULL : PyList_New(count);
  for (Py_ssize_t i = 0; list && i < count; i++) {
    PyObject *value = PyFloat_FromDouble(values[i]);
    if (!value || PyList_SetItem(list, i, value) < 0) Py_CLEAR(list);
  }
  PyMem_Free(values);
  return list;
}

/* ---- evaluate, predict ---- */

static PyObject *run_evaluate(ModelObject *self, const Data *data, int64_t batch_size, int64_t steps, Listener *listener) {
  Py_ssize_t count;
  double *values = new_values(self, &count);
  if (!values) return NULL;
  listener_begin(listener);
  scnn_status status = scnn_model_evaluate(self->model, &data->samples, batch_size, steps, listener_hear, listener, values, count);
  return take_values(values, count, listener_end(listener, status));
}

PyObject *model_evaluate(ModelObject *self, PyObject *arguments, PyObject *keywords) {
  static char *names[] = {"x", "y", "sample_weight", "batch_size", "steps", "callback", NULL};
  PyObject *x, *y, *weight = NULL, *batch_size_object = NULL, *steps_object = NULL, *callback = NULL;
  int64_t batch_size = 32, steps = 0;
  Listener listener;
  Data data;
  if (!PyArg_ParseTupleAndKeywords(arguments, keywords, "OO|OOOO:evaluate", names, &x, &y, &weight, &batch_size_object,
                                   &steps_object, &callback)) {
    return NULL;
  }
  if (read_integer_or_none(batch_size_object, "batch_size", &batch_size) < 0 ||
      read_integer_or_none(steps_object, "steps", &steps) < 0 || listener_open(&listener, callback) < 0 ||
      data_open(&data, x, y, weight) < 0) {
    return NULL;
  }
  PyObject *result = run_evaluate(self, &data, batch_size, steps, &listener);
  data_close(&data);
  return result;
}

static PyObject *run_evaluate_source(ModelObject *self, const Source *source, Listener *listener) {
  Py_ssize_t count;
  double *values = new_values(self, &count);
  if (!values) return NULL;
  listener_begin(listener);
  scnn_status status = scnn_model_evaluate_source(self->model, &source->source, 0, listener_hear, listener, values, count);
  return take_values(values, count, listener_end(listener, status));
}

PyObject *model_evaluate_source(ModelObject *self, PyObject *arguments, PyObject *keywords) {
  static char *names[] = {"source", "callback", NULL};
  PyObject *object, *callback = NULL;
  Listener listener;
  Source source;
  if (!PyArg_ParseTupleAndKeywords(arguments, keywords, "O|O:evaluate_source", names, &object, &callback)) return NULL;
  if (listener_open(&listener, callback) < 0 || source_open(&source, object, &listener) < 0) return NULL;
  PyObject *result = run_evaluate_source(self, &source, &listener);
  source_close(&source);
  return result;
}

PyObject *model_predict(ModelObject *self, PyObject *arguments, PyObject *keywords) {
  static char *names[] = {"x", "batch_size", "steps", "out", "callback", NULL};
  PyObject *x, *batch_size_object, *steps_object, *out, *callback = NULL;
  int64_t batch_size = 32, steps = 0;
  Listener listener;
  Inputs inputs;
  Outputs outputs;
  if (!PyArg_ParseTupleAndKeywords(arguments, keywords, "OOOO|O:predict", names, &x, &batch_size_object, &steps_object, &out,
                                   &callback)) {
    return NULL;
  }
  if (read_integer_or_none(batch_size_object, "batch_size", &batch_size) < 0 ||
      read_integer_or_none(steps_object, "steps", &steps) < 0 || listener_open(&listener, callback) < 0 ||
      inputs_open(&inputs, x, "x") < 0) {
    return NULL;
  }
  int result = outputs_open(&outputs, out, "out");
  if (result == 0) {
    listener_begin(&listener);
    scnn_status status = scnn_model_predict(self->model, inputs.arrays, inputs.count, batch_size, steps, listener_hear, &listener,
                                            outputs.values, outputs.counts, outputs.count);
    result = listener_end(&listener, status);
    outputs_close(&outputs);
  }
  inputs_close(&inputs);
  return result < 0 ? NULL : Py_NewRef(Py_None);
}

/* ---- one batch ---- */

PyObject *model_call(ModelObject *self, PyObject *arguments, PyObject *keywords) {
  static char *names[] = {"x", "behavior", "draw", "out", NULL};
  PyObject *x, *draw_object, *out;
  int behavior;
  int64_t draw;
  Inputs inputs;
  Outputs outputs;
  if (!PyArg_ParseTupleAndKeywords(arguments, keywords, "OiOO:call", names, &x, &behavior, &draw_object, &out)) return NULL;
  if (read_integer(draw_object, "draw", &draw) < 0 || inputs_open(&inputs, x, "x") < 0) return NULL;
  int result = outputs_open(&outputs, out, "out");
  if (result == 0) {
    scnn_status status;
    Py_BEGIN_ALLOW_THREADS
    status = scnn_model_call(self->model, inputs.arrays, inputs.count, behavior, draw, outputs.values, outputs.counts,
                             outputs.count);
    Py_END_ALLOW_THREADS
    result = check_status(status);
    outputs_close(&outputs);
  }
  inputs_close(&inputs);
  return result < 0 ? NULL : Py_NewRef(Py_None);
}

static PyObject *run_train_on_batch(ModelObject *self, const Data *data, const ClassWeights *weights) {
  Py_ssize_t count;
  double *values = new_values(self, &count);
  if (!values) return NULL;
  scnn_status status;
  Py_BEGIN_ALLOW_THREADS
  status = scnn_model_train_on_batch(self->model, &data->samples, weights->weights, weights->count, values, count);
  Py_END_ALLOW_THREADS
  return take_values(values, count, check_status(status));
}

PyObject *model_train_on_batch(ModelObject *self, PyObject *arguments, PyObject *keywords) {
  static char *names[] = {"x", "y", "sample_weight", "class_weight", NULL};
  PyObject *x, *y, *weight = NULL, *class_weight_object = NULL;
  ClassWeights class_weights;
  Data data;
  if (!PyArg_ParseTupleAndKeywords(arguments, keywords, "OO|OO:train_on_batch", names, &x, &y, &weight, &class_weight_object)) {
    return NULL;
  }
  if (class_weights_open(&class_weights, class_weight_object) < 0) return NULL;
  PyObject *result = NULL;
  if (data_open(&data, x, y, weight) == 0) {
    result = run_train_on_batch(self, &data, &class_weights);
    data_close(&data);
  }
  class_weights_close(&class_weights);
  return result;
}

PyObject *model_gradients(ModelObject *self, PyObject *arguments, PyObject *keywords) {
  static char *names[] = {"x", "y", "sample_weight", "training", "out", NULL};
  PyObject *x, *y, *weight, *out;
  int training;
  int64_t count;
  double loss = 0;
  Data data;
  Py_buffer gradients;
  if (!PyArg_ParseTupleAndKeywords(arguments, keywords, "OOOpO:gradients", names, &x, &y, &weight, &training, &out)) return NULL;
  if (floats_open(&gradients, out, "out", 1, &count) < 0) return NULL;
  int result = data_open(&data, x, y, weight);
  if (result == 0) {
    scnn_status status;
    Py_BEGIN_ALLOW_THREADS
    status = scnn_model_gradients(self->model, &data.samples, training, &loss, gradients.buf, count);
    Py_END_ALLOW_THREADS
    result = check_status(status);
    data_close(&data);
  }
  PyBuffer_Release(&gradients);
  return result < 0 ? NULL : PyFloat_FromDouble(loss);
}

/* ---- derivatives ---- */

/* differentiate's arguments, locked. */
typedef struct {
  Inputs inputs, output_gradients;
  Outputs outputs, weight_gradients, input_gradients;
} Derivatives;

static void derivatives_close(Derivatives *d) {
  inputs_close(&d->inputs);
  inputs_close(&d->output_gradients);
  outputs_close(&d->outputs);
  outputs_close(&d->weight_gradients);
  outputs_close(&d->input_gradients);
}

static int run_differentiate(scnn_model *model, const Derivatives *d, int behavior, int64_t draw) {
  scnn_derivatives results = {.outputs = d->outputs.values,
                              .output_counts = d->outputs.counts,
                              .output_count = d->outputs.count,
                              .weight_gradients = d->weight_gradients.first,
                              .weight_count = d->weight_gradients.first_count,
                              .input_gradients = d->input_gradients.values,
                              .input_counts = d->input_gradients.counts,
                              .input_count = d->input_gradients.count};
  scnn_status status;
  Py_BEGIN_ALLOW_THREADS
  status = scnn_model_differentiate(model, d->inputs.arrays, d->inputs.count, d->output_gradients.arrays, d->output_gradients.count,
                                    behavior, draw, &results);
  Py_END_ALLOW_THREADS
  return check_status(status);
}

/* None, or a number from 0; the engine has another meaning for those below. */
static int read_draw(PyObject *object, int64_t *draw) {
  *draw = -1;
  if (!object || object == Py_None) return 0;
  if (read_integer(object, "draw", draw) < 0) return -1;
  if (*draw >= 0) return 0;
  PyErr_Format(PyExc_ValueError, "draw is %R; expected None or an integer from 0", object);
  return -1;
}

PyObject *model_differentiate(ModelObject *self, PyObject *arguments, PyObject *keywords) {
  static char *names[] = {"x", "output_gradients", "behavior", "draw", "outputs", "weight_gradients", "input_gradients", NULL};
  PyObject *x, *gradients, *draw_object = NULL, *outputs = NULL, *weight_gradients = NULL, *input_gradients = NULL;
  int behavior = SCNN_INFERENCE;
  int64_t draw;
  Derivatives d = {0};
  if (!PyArg_ParseTupleAndKeywords(arguments, keywords, "OO|iOOOO:differentiate", names, &x, &gradients, &behavior, &draw_object,
                                   &outputs, &weight_gradients, &input_gradients)) {
    return NULL;
  }
  if (weight_gradients && PyTuple_Check(weight_gradients)) {
    PyErr_SetString(PyExc_TypeError, "weight_gradients is a tuple; expected None or one array for all weights end to end");
    return NULL;
  }
  int result = -1;
  if (read_draw(draw_object, &draw) == 0 && inputs_open(&d.inputs, x, "x") == 0 &&
      inputs_open_some(&d.output_gradients, gradients, "output_gradients") == 0 &&
      outputs_open_optional(&d.outputs, outputs, "outputs") == 0 &&
      outputs_open_optional(&d.weight_gradients, weight_gradients, "weight_gradients") == 0 &&
      outputs_open_optional(&d.input_gradients, input_gradients, "input_gradients") == 0) {
    result = run_differentiate(self->model, &d, behavior, draw);
  }
  derivatives_close(&d);
  return result < 0 ? NULL : Py_NewRef(Py_None);
}
