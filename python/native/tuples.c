/* Arguments of one array, which needs no memory here, or of a tuple of them. */
#include "native.h"

#include <stdio.h>
#include <string.h>

/* Room for the name of an entry, such as "sample_weight[12]". */
typedef char Label[64];

static const char *label_of(Label label, const char *name, Py_ssize_t index) {
  snprintf(label, sizeof(Label), "%s[%zd]", name, index);
  return label;
}

/* Room for the entries of a tuple, which may be empty. */
static void *zeroed(Py_ssize_t count, size_t size) {
  void *memory = PyMem_Calloc((size_t)count + 1, size);
  if (!memory) PyErr_NoMemory();
  return memory;
}

/* ---- inputs ---- */

static int open_input_entries(Inputs *inputs, PyObject *tuple, const char *name, int may_be_none) {
  Py_ssize_t size = PyTuple_Size(tuple);
  Input *entries = zeroed(size, sizeof *entries + sizeof(scnn_array *));
  if (!entries) return -1;
  const scnn_array **arrays = (const scnn_array **)(entries + size);
  inputs->memory = entries;
  inputs->arrays = arrays;
  for (Py_ssize_t i = 0; i < size; inputs->count = ++i) {
    Label label;
    PyObject *item = PyTuple_GetItem(tuple, i);
    if (item == Py_None && may_be_none) continue;
    if (input_open(&entries[i], item, label_of(label, name, i)) < 0) return -1;
    arrays[i] = input_array(&entries[i]);
  }
  return 0;
}

static int open_input(Inputs *inputs, PyObject *object, const char *name) {
  if (input_open(&inputs->one, object, name) < 0) return -1;
  inputs->first = input_array(&inputs->one);
  inputs->arrays = &inputs->first;
  inputs->count = 1;
  return 0;
}

static int open_inputs(Inputs *inputs, PyObject *object, const char *name, int may_be_none) {
  memset(inputs, 0, sizeof *inputs);
  int result = PyTuple_Check(object) ? open_input_entries(inputs, object, name, may_be_none) : open_input(inputs, object, name);
  if (result < 0) inputs_close(inputs);
  return result;
}

int inputs_open(Inputs *inputs, PyObject *object, const char *name) { return open_inputs(inputs, object, name, 0); }

int inputs_open_some(Inputs *inputs, PyObject *object, const char *name) { return open_inputs(inputs, object, name, 1); }

int inputs_open_optional(Inputs *inputs, PyObject *object, const char *name) {
  if (object && object != Py_None) return open_inputs(inputs, object, name, 1);
  memset(inputs, 0, sizeof *inputs);
  return 0;
}

void inputs_close(Inputs *inputs) {
  Input *entries = inputs->memory ? inputs->memory : &inputs->one;
  for (int64_t i = 0; i < inputs->count; i++) input_close(&entries[i]);
  PyMem_Free(inputs->memory);
  memset(inputs, 0, sizeof *inputs);
}

/* ---- outputs ---- */

static int open_output_entries(Outputs *outputs, PyObject *tuple, const char *name, int may_be_none) {
  Py_ssize_t size = PyTuple_Size(tuple);
  Py_buffer *entries = zeroed(size, sizeof *entries + sizeof(float *) + sizeof(int64_t));
  if (!entries) return -1;
  float **values = (float **)(entries + size);
  int64_t *counts = (int64_t *)(values + size);
  outputs->memory = entries;
  outputs->values = values;
  outputs->counts = counts;
  for (Py_ssize_t i = 0; i < size; outputs->count = ++i) {
    Label label;
    PyObject *item = PyTuple_GetItem(tuple, i);
    if (item == Py_None && may_be_none) continue;
    if (floats_open(&entries[i], item, label_of(label, name, i), 1, &counts[i]) < 0) return -1;
    values[i] = entries[i].buf;
  }
  return 0;
}

static int open_output(Outputs *outputs, PyObject *object, const char *name) {
  if (floats_open(&outputs->one, object, name, 1, &outputs->first_count) < 0) return -1;
  outputs->first = outputs->one.buf;
  outputs->values = &outputs->first;
  outputs->counts = &outputs->first_count;
  outputs->count = 1;
  return 0;
}

static int open_outputs(Outputs *outputs, PyObject *object, const char *name, int may_be_none) {
  memset(outputs, 0, sizeof *outputs);
  int result =
      PyTuple_Check(object) ? open_output_entries(outputs, object, name, may_be_none) : open_output(outputs, object, name);
  if (result < 0) outputs_close(outputs);
  return result;
}

int outputs_open(Outputs *outputs, PyObject *object, const char *name) { return open_outputs(outputs, object, name, 0); }

int outputs_open_optional(Outputs *outputs, PyObject *object, const char *name) {
  if (object && object != Py_None) return open_outputs(outputs, object, name, 1);
  memset(outputs, 0, sizeof *outputs);
  return 0;
}

void outputs_close(Outputs *outputs) {
  Py_buffer *entries = outputs->memory ? outputs->memory : &outputs->one;
  for (int64_t i = 0; i < outputs->count; i++) PyBuffer_Release(&entries[i]);
  PyMem_Free(outputs->memory);
  memset(outputs, 0, sizeof *outputs);
}

/* ---- samples ---- */

static int join(Data *data) {
  int64_t weights = data->sample_weight.count;
  if (weights != 0 && weights != data->y.count) {
    PyErr_Format(PyExc_ValueError, "sample_weight is given for %lld outputs, y for %lld; expected the same number",
                 (long long)weights, (long long)data->y.count);
    return -1;
  }
  data->samples = (scnn_samples){.input_count = data->x.count,
                                 .inputs = data->x.arrays,
                                 .output_count = data->y.count,
                                 .targets = data->y.arrays,
                                 .sample_weights = data->sample_weight.arrays};
  return 0;
}

int data_open(Data *data, PyObject *x, PyObject *y, PyObject *sample_weight) {
  if (inputs_open(&data->x, x, "x") < 0) return -1;
  if (inputs_open_some(&data->y, y, "y") == 0) {
    if (inputs_open_optional(&data->sample_weight, sample_weight, "sample_weight") == 0) {
      if (join(data) == 0) return 0;
      inputs_close(&data->sample_weight);
    }
    inputs_close(&data->y);
  }
  inputs_close(&data->x);
  return -1;
}

int data_open_tuple(Data *data, PyObject *tuple, const char *name) {
  Py_ssize_t size = PyTuple_Check(tuple) ? PyTuple_Size(tuple) : 0;
  if (size < 2 || size > 3) {
    PyErr_Format(PyExc_TypeError, "%s is %.200R; expected None or a tuple (x, y) or (x, y, sample_weight)", name, tuple);
    return -1;
  }
  return data_open(data, PyTuple_GetItem(tuple, 0), PyTuple_GetItem(tuple, 1), size == 3 ? PyTuple_GetItem(tuple, 2) : NULL);
}

void data_close(Data *data) {
  inputs_close(&data->x);
  inputs_close(&data->y);
  inputs_close(&data->sample_weight);
}

/* ---- weights of classes ---- */

static int open_weight_entries(ClassWeights *weights, PyObject *tuple) {
  Py_ssize_t size = PyTuple_Size(tuple);
  scnn_class_weight *entries = zeroed(size, sizeof *entries);
  if (!entries) return -1;
  weights->memory = entries;
  weights->weights = entries;
  for (Py_ssize_t i = 0; i < size; weights->count = ++i) {
    Label label;
    double *values;
    if (read_doubles(PyTuple_GetItem(tuple, i), label_of(label, "class_weight", i), &values, &entries[i].count) < 0) return -1;
    entries[i].weights = values;
  }
  return 0;
}

static int open_weight(ClassWeights *weights, PyObject *object) {
  double *values;
  if (read_doubles(object, "class_weight", &values, &weights->one.count) < 0) return -1;
  weights->one.weights = values;
  weights->weights = &weights->one;
  weights->count = values ? 1 : 0;
  return 0;
}

int class_weights_open(ClassWeights *weights, PyObject *object) {
  memset(weights, 0, sizeof *weights);
  int result = object && PyTuple_Check(object) ? open_weight_entries(weights, object) : open_weight(weights, object);
  if (result < 0) class_weights_close(weights);
  return result;
}

void class_weights_close(ClassWeights *weights) {
  for (int64_t i = 0; i < weights->count; i++) PyMem_Free((void *)weights->weights[i].weights);
  PyMem_Free(weights->memory);
  memset(weights, 0, sizeof *weights);
}
