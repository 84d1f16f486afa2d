/* Model's methods about what it is, and about files. All wait for the model's lock, so all release the GIL. */
#include "native.h"

typedef scnn_status (*TextGetter)(const scnn_model *model, char **json);

static PyObject *get_text(ModelObject *self, TextGetter getter) {
  char *text = NULL;
  scnn_status status;
  Py_BEGIN_ALLOW_THREADS
  status = getter(self->model, &text);
  Py_END_ALLOW_THREADS
  return check_status(status) < 0 ? NULL : take_text(text);
}

PyObject *model_architecture(ModelObject *self, PyObject *Py_UNUSED(unused)) { return get_text(self, scnn_model_architecture); }

PyObject *model_describe(ModelObject *self, PyObject *Py_UNUSED(unused)) { return get_text(self, scnn_model_describe); }

PyObject *model_plan_info(ModelObject *self, PyObject *batch_size_object) {
  int64_t batch_size;
  char *text = NULL;
  scnn_status status;
  if (read_integer(batch_size_object, "batch_size", &batch_size) < 0) return NULL;
  Py_BEGIN_ALLOW_THREADS
  status = scnn_model_plan_info(self->model, batch_size, &text);
  Py_END_ALLOW_THREADS
  return check_status(status) < 0 ? NULL : take_text(text);
}

static PyObject *none_or_raise(scnn_status status) { return check_status(status) < 0 ? NULL : Py_NewRef(Py_None); }

PyObject *model_compile(ModelObject *self, PyObject *configuration) {
  const char *text = read_text(configuration, "configuration");
  if (!text) return NULL;
  scnn_status status;
  Py_BEGIN_ALLOW_THREADS
  status = scnn_model_compile(self->model, text);
  Py_END_ALLOW_THREADS
  return none_or_raise(status);
}

/* ---- numbers ---- */

static PyObject *get_number(ModelObject *self, scnn_status (*getter)(const scnn_model *model, int64_t *number)) {
  int64_t number = 0;
  scnn_status status;
  Py_BEGIN_ALLOW_THREADS
  status = getter(self->model, &number);
  Py_END_ALLOW_THREADS
  return check_status(status) < 0 ? NULL : PyLong_FromLongLong(number);
}

PyObject *model_get_iterations(ModelObject *self, void *Py_UNUSED(unused)) { return get_number(self, scnn_model_iterations); }

PyObject *model_get_epochs(ModelObject *self, void *Py_UNUSED(unused)) { return get_number(self, scnn_model_epochs); }

static PyObject *tuple_of_integers(const int64_t *values, int64_t count) {
  PyObject *tuple = PyTuple_New((Py_ssize_t)count);
  for (Py_ssize_t i = 0; tuple && i < count; i++) {
    PyObject *value = PyLong_FromLongLong(values[i]);
    if (!value || PyTuple_SetItem(tuple, i, value) < 0) Py_CLEAR(tuple);
  }
  return tuple;
}

PyObject *model_get_tally_counts(ModelObject *self, void *Py_UNUSED(unused)) {
  int64_t *tallies = NULL, room = 0, count = 0;
  scnn_status status;
  do { /* as another thread may compile the model meanwhile */
    PyMem_Free(tallies);
    room = count;
    tallies = PyMem_Calloc((size_t)room + 1, sizeof *tallies);
    if (!tallies) return PyErr_NoMemory();
    Py_BEGIN_ALLOW_THREADS
    status = scnn_model_tally_counts(self->model, tallies, room, &count);
    Py_END_ALLOW_THREADS
  } while (status == SCNN_OK && count > room);
  PyObject *result = check_status(status) < 0 ? NULL : tuple_of_integers(tallies, count);
  PyMem_Free(tallies);
  return result;
}

/* ---- weights ---- */

PyObject *model_get_weight(ModelObject *self, PyObject *arguments) {
  PyObject *index_object, *out;
  int64_t index = 0, count;
  Py_buffer buffer;
  if (!PyArg_ParseTuple(arguments, "OO:get_weight", &index_object, &out)) return NULL;
  if (read_integer(index_object, "index", &index) < 0 || floats_open(&buffer, out, "out", 1, &count) < 0) return NULL;
  scnn_status status;
  Py_BEGIN_ALLOW_THREADS
  status = scnn_model_get_weight(self->model, index, buffer.buf, count);
  Py_END_ALLOW_THREADS
  PyBuffer_Release(&buffer);
  return none_or_raise(status);
}

PyObject *model_set_weight(ModelObject *self, PyObject *arguments) {
  PyObject *index_object, *values;
  int64_t index = 0, count;
  Py_buffer buffer;
  if (!PyArg_ParseTuple(arguments, "OO:set_weight", &index_object, &values)) return NULL;
  if (read_integer(index_object, "index", &index) < 0 || floats_open(&buffer, values, "values", 0, &count) < 0) return NULL;
  scnn_status status;
  Py_BEGIN_ALLOW_THREADS
  status = scnn_model_set_weight(self->model, index, buffer.buf, count);
  Py_END_ALLOW_THREADS
  PyBuffer_Release(&buffer);
  return none_or_raise(status);
}

PyObject *model_set_weights(ModelObject *self, PyObject *values) {
  int64_t count;
  Py_buffer buffer;
  if (floats_open(&buffer, values, "values", 0, &count) < 0) return NULL;
  scnn_status status;
  Py_BEGIN_ALLOW_THREADS
  status = scnn_model_set_weights(self->model, buffer.buf, count);
  Py_END_ALLOW_THREADS
  PyBuffer_Release(&buffer);
  return none_or_raise(status);
}

PyObject *model_set_trainable(ModelObject *self, PyObject *arguments) {
  PyObject *layer_object;
  int64_t layer = 0;
  int trainable;
  if (!PyArg_ParseTuple(arguments, "Op:set_trainable", &layer_object, &trainable)) return NULL;
  if (read_integer(layer_object, "layer", &layer) < 0) return NULL;
  scnn_status status;
  Py_BEGIN_ALLOW_THREADS
  status = scnn_model_set_trainable(self->model, layer, trainable);
  Py_END_ALLOW_THREADS
  return none_or_raise(status);
}

/* ---- learning rate ---- */

PyObject *model_get_learning_rate(ModelObject *self, void *Py_UNUSED(unused)) {
  double rate = 0;
  scnn_status status;
  Py_BEGIN_ALLOW_THREADS
  status = scnn_model_get_learning_rate(self->model, &rate);
  Py_END_ALLOW_THREADS
  return check_status(status) < 0 ? NULL : PyFloat_FromDouble(rate);
}

int model_set_learning_rate(ModelObject *self, PyObject *value, void *Py_UNUSED(unused)) {
  if (!value) {
    PyErr_SetString(PyExc_AttributeError, "learning_rate cannot be deleted");
    return -1;
  }
  double rate = PyFloat_AsDouble(value);
  if (rate == -1 && PyErr_Occurred()) return -1;
  scnn_status status;
  Py_BEGIN_ALLOW_THREADS
  status = scnn_model_set_learning_rate(self->model, rate);
  Py_END_ALLOW_THREADS
  return check_status(status);
}

PyObject *model_adopt_weight_average(ModelObject *self, PyObject *Py_UNUSED(unused)) {
  scnn_status status;
  Py_BEGIN_ALLOW_THREADS
  status = scnn_model_adopt_weight_average(self->model);
  Py_END_ALLOW_THREADS
  return none_or_raise(status);
}

/* ---- files ---- */

static PyObject *with_path(PyObject *path, scnn_status (*action)(scnn_model *model, const char *path), scnn_model *model) {
  PyObject *bytes;
  if (!PyUnicode_FSConverter(path, &bytes)) return NULL;
  const char *text = PyBytes_AsString(bytes);
  scnn_status status;
  Py_BEGIN_ALLOW_THREADS
  status = action(model, text);
  Py_END_ALLOW_THREADS
  Py_DECREF(bytes);
  return none_or_raise(status);
}

static scnn_status save(scnn_model *model, const char *path) { return scnn_model_save(model, path); }

static scnn_status save_weights(scnn_model *model, const char *path) { return scnn_model_save_weights(model, path); }

PyObject *model_save(ModelObject *self, PyObject *path) { return with_path(path, save, self->model); }

PyObject *model_save_weights(ModelObject *self, PyObject *path) { return with_path(path, save_weights, self->model); }

PyObject *model_load_weights(ModelObject *self, PyObject *path) { return with_path(path, scnn_model_load_weights, self->model); }

PyObject *model_serialize(ModelObject *self, PyObject *Py_UNUSED(unused)) {
  uint8_t *bytes = NULL;
  int64_t count = 0;
  scnn_status status;
  Py_BEGIN_ALLOW_THREADS
  status = scnn_model_serialize(self->model, &bytes, &count);
  Py_END_ALLOW_THREADS
  if (check_status(status) < 0) return NULL;
  PyObject *result = PyBytes_FromStringAndSize((const char *)bytes, (Py_ssize_t)count);
  scnn_free(bytes);
  return result;
}
