#include "native.h"

/* ---- making and releasing ---- */

/* Takes over the model. */
static PyObject *wrap(PyTypeObject *type, scnn_model *model) {
  ModelObject *self = (ModelObject *)PyType_GenericAlloc(type, 0);
  if (!self) {
    scnn_model_free(model);
    return NULL;
  }
  self->model = model;
  return (PyObject *)self;
}

static int read_seed(PyObject *object, uint64_t *seed) {
  int64_t sign = 0;
  if (read_integer(object, "seed", &sign) < 0) return -1;
  PyObject *integer = PyNumber_Index(object);
  if (!integer) return -1;
  *seed = PyLong_AsUnsignedLongLong(integer);
  Py_DECREF(integer);
  if (*seed != UINT64_MAX || !PyErr_Occurred()) return 0;
  PyErr_Format(PyExc_ValueError, "seed is %R; expected an integer from 0 to 2**64 - 1", object);
  return -1;
}

/* The layers that a sequence of (layer, model, its layer) says; NULL with an error set, or without one if there are none. The caller
 * frees them, and keeps the sequence meanwhile. */
static scnn_shared_layer *read_shared(PyTypeObject *type, PyObject *sequence, int64_t *count) {
  Py_ssize_t length = sequence ? PySequence_Size(sequence) : 0;
  *count = length;
  if (length <= 0) return NULL;
  scnn_shared_layer *layers = PyMem_Calloc((size_t)length, sizeof *layers);
  if (!layers) return (scnn_shared_layer *)PyErr_NoMemory();
  for (Py_ssize_t i = 0; i < length; i++) {
    PyObject *item = PySequence_GetItem(sequence, i), *model;
    long long layer, source;
    int is_read = item && PyArg_ParseTuple(item, "LO!L:shared layer", &layer, type, &model, &source);
    Py_XDECREF(item);
    if (!is_read) {
      PyMem_Free(layers);
      return NULL;
    }
    layers[i] = (scnn_shared_layer){layer, ((ModelObject *)model)->model, source};
  }
  return layers;
}

static PyObject *model_new(PyTypeObject *type, PyObject *arguments, PyObject *keywords) {
  static char *names[] = {"architecture", "seed", "shared", NULL};
  PyObject *architecture, *seed_object, *sequence = NULL;
  if (!PyArg_ParseTupleAndKeywords(arguments, keywords, "OO|O!:Model", names, &architecture, &seed_object, &PyTuple_Type, &sequence))
    return NULL;
  const char *text = read_text(architecture, "architecture");
  uint64_t seed;
  if (!text || read_seed(seed_object, &seed) < 0) return NULL;
  int64_t count;
  scnn_shared_layer *shared = read_shared(type, sequence, &count);
  if (PyErr_Occurred()) return NULL;
  scnn_model *model = NULL;
  scnn_status status;
  Py_BEGIN_ALLOW_THREADS
  status = scnn_model_create(text, seed, shared, count, &model);
  Py_END_ALLOW_THREADS
  PyMem_Free(shared);
  return check_status(status) < 0 ? NULL : wrap(type, model);
}

static void model_dealloc(PyObject *self) {
  PyTypeObject *type = Py_TYPE(self);
  scnn_model_free(((ModelObject *)self)->model);
  ((freefunc)PyType_GetSlot(type, Py_tp_free))(self);
  Py_DECREF(type);
}

static PyObject *model_load(PyObject *type, PyObject *path) {
  PyObject *bytes;
  if (!PyUnicode_FSConverter(path, &bytes)) return NULL;
  const char *text = PyBytes_AsString(bytes);
  scnn_model *model = NULL;
  scnn_status status;
  Py_BEGIN_ALLOW_THREADS
  status = scnn_model_load(text, &model);
  Py_END_ALLOW_THREADS
  Py_DECREF(bytes);
  return check_status(status) < 0 ? NULL : wrap((PyTypeObject *)type, model);
}

static PyObject *model_deserialize(PyObject *type, PyObject *arguments) {
  PyObject *bytes, *sequence = NULL;
  if (!PyArg_ParseTuple(arguments, "O|O!:deserialize", &bytes, &PyTuple_Type, &sequence)) return NULL;
  int64_t layers;
  scnn_shared_layer *shared = read_shared((PyTypeObject *)type, sequence, &layers);
  if (PyErr_Occurred()) return NULL;
  Py_buffer buffer;
  if (PyObject_GetBuffer(bytes, &buffer, PyBUF_SIMPLE) < 0) {
    PyMem_Free(shared);
    return NULL;
  }
  scnn_model *model = NULL;
  scnn_status status;
  Py_BEGIN_ALLOW_THREADS
  status = scnn_model_deserialize(buffer.buf, buffer.len, shared, layers, &model);
  Py_END_ALLOW_THREADS
  PyMem_Free(shared);
  PyBuffer_Release(&buffer);
  return check_status(status) < 0 ? NULL : wrap((PyTypeObject *)type, model);
}

/* ---- the type ---- */

#define METHOD(name, flags, text) {#name, (PyCFunction)(void (*)(void))model_##name, flags, text}

static PyMethodDef methods[] = {
    METHOD(load, METH_O | METH_CLASS, "load(path)\n--\n\nThe model in a file that save wrote."),
    METHOD(deserialize, METH_VARARGS | METH_CLASS, "deserialize(data, shared=(), /)\n--\n\nThe model in the bytes that serialize returned."),
    METHOD(architecture, METH_NOARGS, "architecture($self)\n--\n\nThe architecture as JSON, with all defaults filled in."),
    METHOD(describe, METH_NOARGS, "describe($self)\n--\n\nShapes, layers, weights and compilation as JSON."),
    METHOD(plan_info, METH_O, "plan_info($self, batch_size, /)\n--\n\nMemory and algorithms for batches of this size, as JSON."),
    METHOD(compile, METH_O, "compile($self, configuration)\n--\n\nChooses optimizer, loss and metrics, given as JSON."),
    METHOD(get_weight, METH_VARARGS, "get_weight($self, index, out, /)\n--\n\nCopies a weight into `out`."),
    METHOD(set_weight, METH_VARARGS, "set_weight($self, index, values, /)\n--\n\nReplaces a weight."),
    METHOD(set_weights, METH_O, "set_weights($self, values, /)\n--\n\nReplaces all weights, given end to end."),
    METHOD(set_trainable, METH_VARARGS, "set_trainable($self, layer, trainable, /)\n--\n\nFreezes a layer, or lets it learn."),
    METHOD(adopt_weight_average, METH_NOARGS, "adopt_weight_average($self)\n--\n\nThe weights become their running mean."),
    METHOD(fit, METH_VARARGS | METH_KEYWORDS, "Trains the model."),
    METHOD(fit_source, METH_VARARGS | METH_KEYWORDS, "Trains the model on batches that an object gives."),
    METHOD(evaluate, METH_VARARGS | METH_KEYWORDS, "Loss and metrics on data."),
    METHOD(evaluate_source, METH_VARARGS | METH_KEYWORDS, "Loss and metrics on batches that an object gives."),
    METHOD(predict, METH_VARARGS | METH_KEYWORDS, "Writes the model's outputs into `out`."),
    METHOD(call, METH_VARARGS | METH_KEYWORDS, "Writes the outputs for one batch into `out`, with layers as in training."),
    METHOD(train_on_batch, METH_VARARGS | METH_KEYWORDS, "One optimizer step; loss and metrics of the batch."),
    METHOD(gradients, METH_VARARGS | METH_KEYWORDS, "Writes the gradients of one batch into `out`; returns its loss."),
    METHOD(differentiate, METH_VARARGS | METH_KEYWORDS, "Writes outputs, and gradients of weights and inputs for those of outputs."),
    METHOD(save, METH_O, "save($self, path, /)\n--\n\nWrites the model to a file, whole or not at all."),
    METHOD(save_weights, METH_O, "save_weights($self, path, /)\n--\n\nWrites the weights to a file."),
    METHOD(load_weights, METH_O, "load_weights($self, path, /)\n--\n\nReads the weights from a file."),
    METHOD(serialize, METH_NOARGS, "serialize($self)\n--\n\nThe bytes that save would write."),
    {0},
};

static PyGetSetDef properties[] = {
    {"iterations", (getter)model_get_iterations, NULL, "Optimizer steps since it was compiled.", NULL},
    {"epochs", (getter)model_get_epochs, NULL, "Epochs trained.", NULL},
    {"tally_counts", (getter)model_get_tally_counts, NULL, "How many tallies each metric has.", NULL},
    {"learning_rate", (getter)model_get_learning_rate, (setter)model_set_learning_rate, "The optimizer's learning rate.", NULL},
    {0},
};

static PyType_Slot slots[] = {
    {Py_tp_doc, "A network in the engine. Made from its architecture (JSON) and a seed."},
    {Py_tp_new, model_new},
    {Py_tp_dealloc, model_dealloc},
    {Py_tp_methods, methods},
    {Py_tp_getset, properties},
    {0},
};

PyType_Spec model_spec = {
    .name = "swiftcnn._native.Model",
    .basicsize = sizeof(ModelObject),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_IMMUTABLETYPE,
    .slots = slots,
};
