/* Model.fit and Model.fit_source. */
#include "native.h"

/* fit's arguments as Python gave them; NULL where it gave none. */
typedef struct {
  PyObject *source, *x, *y, *sample_weight, *validation, *class_weight, *callback;
  PyObject *batch_size, *epochs, *initial_epoch, *first_epoch, *steps_per_epoch;
  PyObject *validation_batch_size, *validation_steps, *validation_freq, *validation_epochs;
} FitArguments;

/* What a fit holds on to until it ends. */
typedef struct {
  Data data, validation;
  Source source, validation_source;
  int64_t *validation_epochs;
  ClassWeights class_weights;
  Listener listener;
} Fit;

static int parse_fit(PyObject *arguments, PyObject *keywords, FitArguments *a, scnn_fit_options *options) {
  static char *names[] = {"x", "y", "sample_weight", "batch_size", "epochs", "initial_epoch", "first_epoch", "steps_per_epoch",
                          "shuffle", "validation_split", "validation", "validation_batch_size", "validation_steps", "validation_freq",
                          "validation_epochs", "class_weight", "callback", NULL};
  return PyArg_ParseTupleAndKeywords(arguments, keywords, "OO|O$OOOOOpdOOOOOOO:fit", names, &a->x, &a->y, &a->sample_weight,
                                     &a->batch_size, &a->epochs, &a->initial_epoch, &a->first_epoch, &a->steps_per_epoch,
                                     &options->shuffle, &options->validation_split, &a->validation, &a->validation_batch_size,
                                     &a->validation_steps, &a->validation_freq, &a->validation_epochs, &a->class_weight,
                                     &a->callback)
             ? 0
             : -1;
}

static int parse_fit_source(PyObject *arguments, PyObject *keywords, FitArguments *a) {
  static char *names[] = {"source", "epochs", "initial_epoch", "validation", "validation_batch_size", "validation_steps",
                          "validation_freq", "validation_epochs", "class_weight", "callback", NULL};
  return PyArg_ParseTupleAndKeywords(arguments, keywords, "O|$OOOOOOOOO:fit_source", names, &a->source, &a->epochs,
                                     &a->initial_epoch, &a->validation, &a->validation_batch_size, &a->validation_steps,
                                     &a->validation_freq, &a->validation_epochs, &a->class_weight, &a->callback)
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

static int open_validation(Fit *fit, PyObject *validation, scnn_fit_options *options) {
  if (!validation || validation == Py_None) return 0;
  if (is_source(validation)) {
    if (source_open(&fit->validation_source, validation, &fit->listener) < 0) return -1;
    options->validation_source = &fit->validation_source.source;
    return 0;
  }
  if (data_open_tuple(&fit->validation, validation, "validation") < 0) return -1;
  options->validation = &fit->validation.samples;
  return 0;
}

static int open_fit(Fit *fit, const FitArguments *a, scnn_fit_options *options) {
  if (read_fit_integers(a, options) < 0) return -1;
  if (listener_open(&fit->listener, a->callback) < 0) return -1;
  if (a->source && source_open(&fit->source, a->source, &fit->listener) < 0) return -1;
  if (!a->source && data_open(&fit->data, a->x, a->y, a->sample_weight) < 0) return -1;
  if (open_validation(fit, a->validation, options) < 0) return -1;
  if (class_weights_open(&fit->class_weights, a->class_weight) < 0) return -1;
  if (read_integers(a->validation_epochs, "an epoch of validation_epochs", &fit->validation_epochs,
                    &options->validation_epoch_count) < 0) {
    return -1;
  }
  options->validation_epochs = fit->validation_epochs;
  options->class_weights = fit->class_weights.weights;
  options->class_weight_count = fit->class_weights.count;
  return 0;
}

static void close_fit(Fit *fit) {
  data_close(&fit->data);
  data_close(&fit->validation);
  source_close(&fit->source);
  source_close(&fit->validation_source);
  class_weights_close(&fit->class_weights);
  PyMem_Free(fit->validation_epochs);
}

static int run_fit(scnn_model *model, Fit *fit, const scnn_fit_options *options) {
  listener_begin(&fit->listener);
  scnn_status status =
      fit->source.object ? scnn_model_fit_source(model, &fit->source.source, options, listener_hear, &fit->listener)
                         : scnn_model_fit(model, &fit->data.samples, options, listener_hear, &fit->listener);
  return listener_end(&fit->listener, status);
}

static PyObject *fit(ModelObject *self, const FitArguments *given, scnn_fit_options *options) {
  Fit fit = {0};
  int result = open_fit(&fit, given, options);
  if (result == 0) result = run_fit(self->model, &fit, options);
  close_fit(&fit);
  return result < 0 ? NULL : Py_NewRef(Py_None);
}

PyObject *model_fit(ModelObject *self, PyObject *arguments, PyObject *keywords) {
  FitArguments given = {0};
  scnn_fit_options options;
  scnn_fit_options_init(&options);
  return parse_fit(arguments, keywords, &given, &options) < 0 ? NULL : fit(self, &given, &options);
}

PyObject *model_fit_source(ModelObject *self, PyObject *arguments, PyObject *keywords) {
  FitArguments given = {0};
  scnn_fit_options options;
  scnn_fit_options_init(&options);
  return parse_fit_source(arguments, keywords, &given) < 0 ? NULL : fit(self, &given, &options);
}
