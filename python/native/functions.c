/* The module's functions that concern no model: architectures, settings, learning rates and metrics by themselves. */
#include "native.h"

#include <string.h>

PyObject *describe_architecture(PyObject *Py_UNUSED(module), PyObject *architecture) {
  const char *text = read_text(architecture, "architecture");
  if (!text) return NULL;
  char *json = NULL;
  scnn_status status;
  Py_BEGIN_ALLOW_THREADS
  status = scnn_describe_architecture(text, &json);
  Py_END_ALLOW_THREADS
  return check_status(status) < 0 ? NULL : take_text(json);
}

PyObject *check_settings(PyObject *Py_UNUSED(module), PyObject *arguments) {
  PyObject *kind_object, *text_object;
  if (!PyArg_ParseTuple(arguments, "OO:check_settings", &kind_object, &text_object)) return NULL;
  const char *kind = read_text(kind_object, "kind");
  const char *text = kind ? read_text(text_object, "settings") : NULL;
  if (!text || check_status(scnn_check_settings(kind, text)) < 0) return NULL;
  return Py_NewRef(Py_None);
}

PyObject *learning_rate_at(PyObject *Py_UNUSED(module), PyObject *arguments) {
  PyObject *text_object, *step_object;
  int64_t step = 0;
  double rate = 0;
  if (!PyArg_ParseTuple(arguments, "OO:learning_rate_at", &text_object, &step_object)) return NULL;
  const char *text = read_text(text_object, "learning_rate");
  if (!text || read_integer(step_object, "step", &step) < 0) return NULL;
  return check_status(scnn_learning_rate_at(text, step, &rate)) < 0 ? NULL : PyFloat_FromDouble(rate);
}

/* ---- metrics ---- */

static PyObject *list_of_floats(const double *values, Py_ssize_t count) {
  PyObject *list = PyList_New(count);
  for (Py_ssize_t i = 0; list && i < count; i++) {
    PyObject *value = PyFloat_FromDouble(values[i]);
    if (!value || PyList_SetItem(list, i, value) < 0) Py_CLEAR(list);
  }
  return list;
}

/* A batch of answers. */
typedef struct {
  Input targets, outputs, sample_weight;
} MetricInputs;

static void answers_close(MetricInputs *answers) {
  input_close(&answers->targets);
  input_close(&answers->outputs);
  input_close(&answers->sample_weight);
}

static int answers_open(MetricInputs *answers, PyObject *targets, PyObject *outputs, PyObject *sample_weight) {
  memset(answers, 0, sizeof *answers);
  if (input_open(&answers->outputs, outputs, "y_pred") == 0 && input_open(&answers->targets, targets, "y_true") == 0 &&
      input_open_optional(&answers->sample_weight, sample_weight, "sample_weight") == 0) {
    return 0;
  }
  answers_close(answers);
  return -1;
}

/* The sums that a metric begins with. */
static int new_tallies(const char *metric, const MetricInputs *answers, double **tallies, int64_t *count) {
  if (check_status(scnn_metric_tally_count(metric, input_array(&answers->outputs), count)) < 0) return -1;
  *tallies = PyMem_Calloc((size_t)*count + 1, sizeof **tallies);
  if (!*tallies) PyErr_NoMemory();
  return *tallies ? 0 : -1;
}

static int update(const char *metric, const MetricInputs *answers, double *tallies, int64_t count) {
  scnn_status status;
  Py_BEGIN_ALLOW_THREADS
  status = scnn_metric_update(metric, input_array(&answers->targets), input_array(&answers->outputs),
                              input_array(&answers->sample_weight), tallies, count);
  Py_END_ALLOW_THREADS
  return check_status(status);
}

PyObject *metric_update(PyObject *Py_UNUSED(module), PyObject *arguments) {
  PyObject *metric, *targets, *outputs, *weight, *sums, *result = NULL;
  if (!PyArg_ParseTuple(arguments, "OOOOO:metric_update", &metric, &targets, &outputs, &weight, &sums)) return NULL;
  const char *text = read_text(metric, "metric");
  double *tallies;
  int64_t count;
  MetricInputs answers;
  if (!text || read_doubles(sums, "tallies", &tallies, &count) < 0) return NULL;
  if (answers_open(&answers, targets, outputs, weight) == 0) {
    int ready = tallies ? 0 : new_tallies(text, &answers, &tallies, &count);
    if (ready == 0 && update(text, &answers, tallies, count) == 0) result = list_of_floats(tallies, (Py_ssize_t)count);
    answers_close(&answers);
  }
  PyMem_Free(tallies);
  return result;
}

PyObject *metric_value(PyObject *Py_UNUSED(module), PyObject *arguments) {
  PyObject *metric, *sums;
  if (!PyArg_ParseTuple(arguments, "OO:metric_value", &metric, &sums)) return NULL;
  const char *text = read_text(metric, "metric");
  double *tallies, value = 0;
  int64_t count;
  if (!text || read_doubles(sums, "tallies", &tallies, &count) < 0) return NULL;
  int result = check_status(scnn_metric_value(text, tallies, count, &value));
  PyMem_Free(tallies);
  return result < 0 ? NULL : PyFloat_FromDouble(value);
}
