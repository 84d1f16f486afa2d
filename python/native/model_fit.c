/* Model.fit. */
#include "native.h"

/* fit's arguments as Python gave them; NULL where it gave none. */
typedef struct {
  PyObject *x, *y, *sample_weight, *validation, *class_weight, *callback;
  PyObject *batch_size, *epochs, *initial_epoch, *first_epoch, *steps_per_epoch;
  PyObject *validation_batch_size, *validation_steps, *validation_freq;
} FitArguments;

/* What a fit holds on to until it ends. */
typedef struct {
  Data data, validation;
  ClassWeights class_weights;
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
  if (class_weights_open(&fit->class_weights, a->class_weight) < 0) return -1;
  options->class_weights = fit->class_weights.weights;
  options->class_weight_count = fit->class_weights.count;
  if (a->validation && a->validation != Py_None) options->validation = &fit->validation.samples;
  return 0;
}

static void close_fit(Fit *fit) {
  data_close(&fit->data);
  data_close(&fit->validation);
  class_weights_close(&fit->class_weights);
}

static int run_fit(scnn_model *model, Fit *fit, const scnn_fit_options *options) {
  listener_begin(&fit->listener);
  scnn_status status = scnn_model_fit(model, &fit->data.samples, options, listener_hear, &fit->listener);
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
