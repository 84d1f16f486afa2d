/* Model's methods that compute: training and inference. */
#include "native.h"

/* ---- how many numbers an evaluation yields ---- */

/* Loss and metrics, and the metrics' tallies. */
static Py_ssize_t count_values(PyObject *description) {
  PyObject *names = PyMapping_GetItemString(description, "metrics_names");
  PyObject *tallies = names ? PyMapping_GetItemString(description, "metrics_tallies") : NULL;
  Py_ssize_t count = tallies ? PyObject_Length(names) : -1;
  for (Py_ssize_t i = 0; count >= 0 && i < PyList_Size(tallies); i++) count += PyLong_AsSsize_t(PyList_GetItem(tallies, i));
  Py_XDECREF(tallies);
  Py_XDECREF(names);
  return count;
}

static Py_ssize_t ask_value_count(ModelObject *self) {
  PyObject *json = PyImport_ImportModule("json");
  PyObject *text = json ? model_describe(self, NULL) : NULL;
  PyObject *description = text ? PyObject_CallMethod(json, "loads", "O", text) : NULL;
  Py_ssize_t count = description ? count_values(description) : -1;
  Py_XDECREF(description);
  Py_XDECREF(text);
  Py_XDECREF(json);
  return count;
}

/* Room for an evaluation's numbers, to be released with PyMem_Free. */
static double *new_values(ModelObject *self, Py_ssize_t *count) {
  if (self->value_count < 0) {
    Py_ssize_t answer = ask_value_count(self);
    if (answer < 0) return NULL;
    self->value_count = answer;
  }
  *count = self->value_count;
  double *values = PyMem_Calloc((size_t)*count + 1, sizeof *values);
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

/* ---- fit ---- */

/* fit's arguments as Python gave them; NULL where it gave none. */
typedef struct {
  PyObject *x, *y, *sample_weight, *validation, *class_weight, *callback;
  PyObject *batch_size, *epochs, *initial_epoch, *first_epoch, *steps_per_epoch;
  PyObject *validation_batch_size, *validation_steps, *validation_freq;
} FitArguments;

/* What a fit holds on to until it ends. */
typedef struct {
  Data data, validation;
  double *class_weight;
  Listener listener;
} Fit;

static int parse_fit(PyObject *arguments, PyObject *keywords, FitArguments *a, scnn_fit_options *options) {
  static char *names[] = {"x", "y", "sample_weight", "batch_size", "epochs", "initial_epoch", "first_epoch", "steps_per_epoch",
                          "shuffle", "validation_split", "validation", "validation_batch_size", "validation_steps", "validation_freq",
                          "class_weight", "callback", NULL};
  return PyArg_ParseTupleAndKeywords(arguments, keywords, "OO|O$OOOOOpdOOOOOO:fit", names, &a->x, &a->y, &a->sample_weight,
                                     &a->batch_size, &a->epochs, &a->initial_epoch, &a->first_epoch, &a->steps_per_epoch,
                                     &options->shuffle, &options->validation_split, &a->validation, &a->validation_batch_size,
                                     &a->validation_steps, &a->validation_freq, &a->class_weight, &a->callback)
             ? 0
             : -1;
}

static int read_fit_integers(const FitArguments *a, scnn_fit_options *options) {
  if (read_integer_or_none(a->batch_size, "batch_size", &options->batch_size) < 0) return -1;
  if (read_integer_or_none(a->epochs, "epochs", &options->epochs) < 0) return -1;
  if (read_integer_or_none(a->initial_epoch, "initial_epoch", &options->initial_epoch) < 0) return -1;
  if (read_integer_or_none(a->first_epoch, "first_epoch", &options->first_epoch) < 0) return -1;
  if (read_integer_or_none(a->steps_per_epoch, "steps_per_epoch", &options->steps_per_epoch) < 0) return -1;
  if (read_integer_or_none(a->validation_batch_size, "validation_batch_size", &options->validation_batch_size) < 0) return -1;
  if (read_integer_or_none(a->validation_steps, "validation_steps", &options->validation_steps) < 0) return -1;
  return read_integer_or_none(a->validation_freq, "validation_freq", &options->validation_freq);
}

static int open_validation(Data *data, PyObject *validation) {
  if (!validation || validation == Py_None) return 0;
  Py_ssize_t size = PyTuple_Check(validation) ? PyTuple_Size(validation) : 0;
  if (size < 2 || size > 3) {
    PyErr_Format(PyExc_TypeError, "validation is %.200R; expected None or a tuple (x, y) or (x, y, sample_weight)", validation);
    return -1;
  }
  return data_open(data, PyTuple_GetItem(validation, 0), PyTuple_GetItem(validation, 1),
                   size == 3 ? PyTuple_GetItem(validation, 2) : NULL);
}

static int open_fit(Fit *fit, const FitArguments *a, scnn_fit_options *options) {
  if (read_fit_integers(a, options) < 0) return -1;
  if (listener_open(&fit->listener, a->callback) < 0) return -1;
  if (data_open(&fit->data, a->x, a->y, a->sample_weight) < 0) return -1;
  if (open_validation(&fit->validation, a->validation) < 0) return -1;
  if (read_doubles(a->class_weight, "class_weight", &fit->class_weight, &options->class_weight_count) < 0) return -1;
  options->class_weight = fit->class_weight;
  options->validation_x = input_array(&fit->validation.x);
  options->validation_y = input_array(&fit->validation.y);
  options->validation_sample_weight = input_array(&fit->validation.sample_weight);
  return 0;
}

static void close_fit(Fit *fit) {
  data_close(&fit->data);
  data_close(&fit->validation);
  PyMem_Free(fit->class_weight);
}

static int run_fit(scnn_model *model, Fit *fit, const scnn_fit_options *options) {
  listener_begin(&fit->listener);
  scnn_status status = scnn_model_fit(model, input_array(&fit->data.x), input_array(&fit->data.y),
                                      input_array(&fit->data.sample_weight), options, listener_hear, &fit->listener);
  return listener_end(&fit->listener, status);
}

PyObject *model_fit(ModelObject *self, PyObject *arguments, PyObject *keywords) {
  FitArguments given = {0};
  Fit fit = {0};
  scnn_fit_options options;
  scnn_fit_options_init(&options);
  if (parse_fit(arguments, keywords, &given, &options) < 0) return NULL;
  int result = open_fit(&fit, &given, &options);
  if (result == 0) result = run_fit(self->model, &fit, &options);
  close_fit(&fit);
  return result < 0 ? NULL : Py_NewRef(Py_None);
}

/* ---- evaluate, predict ---- */

static PyObject *run_evaluate(ModelObject *self, const Data *data, int64_t batch_size, int64_t steps, Listener *listener) {
  Py_ssize_t count;
  double *values = new_values(self, &count);
  if (!values) return NULL;
  listener_begin(listener);
  scnn_status status = scnn_model_evaluate(self->model, input_array(&data->x), input_array(&data->y),
                                           input_array(&data->sample_weight), batch_size, steps, listener_hear, listener, values,
                                           count);
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

PyObject *model_predict(ModelObject *self, PyObject *arguments, PyObject *keywords) {
  static char *names[] = {"x", "batch_size", "steps", "out", "callback", NULL};
  PyObject *x, *batch_size_object, *steps_object, *out, *callback = NULL;
  int64_t batch_size = 32, steps = 0, count;
  Listener listener;
  Input input = {0};
  Py_buffer output;
  if (!PyArg_ParseTupleAndKeywords(arguments, keywords, "OOOO|O:predict", names, &x, &batch_size_object, &steps_object, &out,
                                   &callback)) {
    return NULL;
  }
  if (read_integer_or_none(batch_size_object, "batch_size", &batch_size) < 0 ||
      read_integer_or_none(steps_object, "steps", &steps) < 0 || listener_open(&listener, callback) < 0 ||
      input_open(&input, x, "x") < 0) {
    return NULL;
  }
  int result = floats_open(&output, out, "out", 1, &count);
  if (result == 0) {
    listener_begin(&listener);
    scnn_status status = scnn_model_predict(self->model, input_array(&input), batch_size, steps, listener_hear, &listener,
                                            output.buf, count);
    result = listener_end(&listener, status);
    PyBuffer_Release(&output);
  }
  input_close(&input);
  return result < 0 ? NULL : Py_NewRef(Py_None);
}

/* ---- one batch ---- */

PyObject *model_call(ModelObject *self, PyObject *arguments, PyObject *keywords) {
  static char *names[] = {"x", "behavior", "draw", "out", NULL};
  PyObject *x, *draw_object, *out;
  int behavior;
  int64_t draw, count;
  Input input = {0};
  Py_buffer output;
  if (!PyArg_ParseTupleAndKeywords(arguments, keywords, "OiOO:call", names, &x, &behavior, &draw_object, &out)) return NULL;
  if (read_integer(draw_object, "draw", &draw) < 0 || input_open(&input, x, "x") < 0) return NULL;
  int result = floats_open(&output, out, "out", 1, &count);
  if (result == 0) {
    scnn_status status;
    Py_BEGIN_ALLOW_THREADS
    status = scnn_model_call(self->model, input_array(&input), behavior, draw, output.buf, count);
    Py_END_ALLOW_THREADS
    result = check_status(status);
    PyBuffer_Release(&output);
  }
  input_close(&input);
  return result < 0 ? NULL : Py_NewRef(Py_None);
}

static PyObject *run_train_on_batch(ModelObject *self, const Data *data, const double *class_weight, int64_t class_count) {
  Py_ssize_t count;
  double *values = new_values(self, &count);
  if (!values) return NULL;
  scnn_status status;
  Py_BEGIN_ALLOW_THREADS
  status = scnn_model_train_on_batch(self->model, input_array(&data->x), input_array(&data->y),
                                     input_array(&data->sample_weight), class_weight, class_count, values, count);
  Py_END_ALLOW_THREADS
  return take_values(values, count, check_status(status));
}

PyObject *model_train_on_batch(ModelObject *self, PyObject *arguments, PyObject *keywords) {
  static char *names[] = {"x", "y", "sample_weight", "class_weight", NULL};
  PyObject *x, *y, *weight = NULL, *class_weight_object = NULL;
  double *class_weight;
  int64_t class_count;
  Data data;
  if (!PyArg_ParseTupleAndKeywords(arguments, keywords, "OO|OO:train_on_batch", names, &x, &y, &weight, &class_weight_object)) {
    return NULL;
  }
  if (read_doubles(class_weight_object, "class_weight", &class_weight, &class_count) < 0) return NULL;
  PyObject *result = NULL;
  if (data_open(&data, x, y, weight) == 0) {
    result = run_train_on_batch(self, &data, class_weight, class_count);
    data_close(&data);
  }
  PyMem_Free(class_weight);
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
    status = scnn_model_gradients(self->model, input_array(&data.x), input_array(&data.y), input_array(&data.sample_weight),
                                  training, &loss, gradients.buf, count);
    Py_END_ALLOW_THREADS
    result = check_status(status);
    data_close(&data);
  }
  PyBuffer_Release(&gradients);
  return result < 0 ? NULL : PyFloat_FromDouble(loss);
}
