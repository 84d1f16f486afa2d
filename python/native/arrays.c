#include "native.h"

#include <string.h>

/* ---- what is not an array that the engine can read ---- */

static int refuse_object(PyObject *object, const char *name) {
  if (object == Py_None) {
    PyErr_Format(PyExc_TypeError, "%s is None; expected an array, such as a numpy.ndarray", name);
    return -1;
  }
  PyObject *type = (PyObject *)Py_TYPE(object);
  PyObject *type_name = PyObject_GetAttrString(type, "__name__");
  if (type_name) {
    PyErr_Format(PyExc_TypeError, "%s is of type %S; expected an array, such as a numpy.ndarray. numpy.asarray(%s) may make one",
                 name, type_name, name);
  }
  Py_XDECREF(type_name);
  return -1;
}

static int refuse_elements(PyObject *object, const char *name, const char *format) {
  PyErr_Clear();
  PyObject *dtype = PyObject_GetAttrString(object, "dtype");
  if (!dtype) {
    PyErr_Clear();
    dtype = PyUnicode_FromFormat("with the format '%s'", format);
    if (!dtype) return -1;
  }
  PyErr_Format(PyExc_TypeError,
               "%s has elements of dtype %S; expected bool, integers of 8 to 64 bits, float16, float32 or float64. "
               "Convert them first, for instance %s.astype('float32')",
               name, dtype, name);
  Py_DECREF(dtype);
  return -1;
}

static int lock(Py_buffer *buffer, PyObject *object, const char *name, int flags) {
  if (!PyObject_CheckBuffer(object)) return refuse_object(object, name);
  if (PyObject_GetBuffer(object, buffer, flags) == 0) return 0;
  memset(buffer, 0, sizeof *buffer);
  return -1;
}

/* ---- element types ---- */

static const int big_endian = __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__;

/* The dtype of a struct-module format such as "<f" or "B" with its element size, or -1. */
static int32_t dtype_of(const char *format, Py_ssize_t size, int32_t *byte_swapped) {
  static const int32_t of_signed[9] = {-1, SCNN_INT8, SCNN_INT16, -1, SCNN_INT32, -1, -1, -1, SCNN_INT64};
  static const int32_t of_unsigned[9] = {-1, SCNN_UINT8, SCNN_UINT16, -1, SCNN_UINT32, -1, -1, -1, SCNN_UINT64};
  static const int32_t of_float[9] = {-1, -1, SCNN_FLOAT16, -1, SCNN_FLOAT32, -1, -1, -1, SCNN_FLOAT64};
  *byte_swapped = (*format == '>' || *format == '!') ? !big_endian : *format == '<' ? big_endian : 0;
  if (*format && strchr("@=<>!", *format)) format++;
  if (strlen(format) != 1 || size < 1 || size > 8) return -1;
  if (*format == '?') return size == 1 ? SCNN_BOOL : -1;
  if (strchr("bhilqn", *format)) return of_signed[size];
  if (strchr("BHILQN", *format)) return of_unsigned[size];
  if (strchr("efd", *format)) return of_float[size];
  return -1;
}

static const char *format_of(const Py_buffer *buffer) { return buffer->format ? buffer->format : "B"; }

/* ---- files in memory ---- */

/* The object that an array looks into: `base` of NumPy's arrays, `obj` of memoryviews; NULL, without an exception, for others. */
static PyObject *base_of(PyObject *object) {
  PyObject *base = PyObject_GetAttrString(object, PyMemoryView_Check(object) ? "obj" : "base");
  if (!base) PyErr_Clear();
  if (base == Py_None) Py_CLEAR(base);
  return base;
}

/* Whether an array lies in a mapped file (mmap.mmap), which others may cut while it is read. */
static int lies_in_file(PyObject *object) {
  static const int deepest = 32;
  PyObject *name = PyUnicode_FromString("mmap");
  PyObject *module = name ? PyImport_GetModule(name) : NULL; /* who maps a file has imported it */
  PyObject *type = module ? PyObject_GetAttrString(module, "mmap") : NULL;
  int found = 0;
  PyObject *base = type ? base_of(object) : NULL;
  for (int depth = 0; base && !found && depth < deepest; depth++) {
    found = PyObject_IsInstance(base, type) == 1;
    PyObject *next = found ? NULL : base_of(base);
    Py_DECREF(base);
    base = next;
  }
  Py_XDECREF(base);
  Py_XDECREF(type);
  Py_XDECREF(module);
  Py_XDECREF(name);
  PyErr_Clear();
  return found;
}

/* ---- inputs: any strides ---- */

/* Exporters may leave the shape out, for one axis of all bytes, and the strides, for C order. */
static void read_axes(scnn_array *array, const Py_buffer *buffer) {
  int64_t packed = buffer->itemsize;
  for (int axis = buffer->ndim - 1; axis >= 0; axis--) {
    array->shape[axis] = buffer->shape ? buffer->shape[axis] : buffer->len / buffer->itemsize;
    array->strides[axis] = buffer->strides ? buffer->strides[axis] : packed;
    packed *= array->shape[axis] > 0 ? array->shape[axis] : 1;
  }
}

static int describe(Input *input, PyObject *object, const char *name) {
  Py_buffer *buffer = &input->buffer;
  scnn_array *array = &input->array;
  array->dtype = dtype_of(format_of(buffer), buffer->itemsize, &array->byte_swapped);
  if (array->dtype < 0) return refuse_elements(object, name, format_of(buffer));
  if (buffer->ndim > SCNN_MAX_RANK) {
    PyErr_Format(PyExc_ValueError, "%s has %d dimensions; expected %d at most", name, buffer->ndim, SCNN_MAX_RANK);
    return -1;
  }
  array->data = buffer->buf;
  array->rank = buffer->ndim;
  array->may_vanish = lies_in_file(object);
  read_axes(array, buffer);
  return 0;
}

/* Whether an object has a dtype; leaves an exception that is set alone. */
static int has_dtype(PyObject *object) {
  PyObject *type, *value, *traceback;
  PyErr_Fetch(&type, &value, &traceback);
  int answer = PyObject_HasAttrString(object, "dtype");
  PyErr_Restore(type, value, traceback);
  return answer;
}

int input_open(Input *input, PyObject *object, const char *name) {
  if (lock(&input->buffer, object, name, PyBUF_RECORDS_RO) < 0) {
    /* NumPy has element types, such as dates, that it cannot even describe through the buffer protocol. */
    return PyErr_ExceptionMatches(PyExc_ValueError) && has_dtype(object) ? refuse_elements(object, name, "") : -1;
  }
  if (describe(input, object, name) == 0) return 0;
  input_close(input);
  return -1;
}

int input_open_optional(Input *input, PyObject *object, const char *name) {
  return object && object != Py_None ? input_open(input, object, name) : 0;
}

void input_close(Input *input) { PyBuffer_Release(&input->buffer); }

const scnn_array *input_array(const Input *input) { return input->buffer.obj ? &input->array : NULL; }

/* ---- contiguous floats ---- */

static int refuse_floats(const char *name, int writable) {
  PyErr_Clear();
  PyErr_Format(PyExc_TypeError,
               "%s must hold %sC-contiguous, aligned float32 elements in native byte order; %s makes such an array", name,
               writable ? "writable, " : "",
               writable ? "numpy.empty(shape, 'float32')" : "numpy.require(array, 'float32', 'CA')");
  return -1;
}

int floats_open(Py_buffer *buffer, PyObject *object, const char *name, int writable, int64_t *count) {
  int flags = PyBUF_C_CONTIGUOUS | PyBUF_FORMAT | (writable ? PyBUF_WRITABLE : 0);
  if (!PyObject_CheckBuffer(object)) return refuse_object(object, name);
  if (lock(buffer, object, name, flags) < 0) return refuse_floats(name, writable);
  int32_t byte_swapped;
  int32_t dtype = dtype_of(format_of(buffer), buffer->itemsize, &byte_swapped);
  if (dtype != SCNN_FLOAT32 || byte_swapped || (uintptr_t)buffer->buf % sizeof(float) != 0) {
    PyBuffer_Release(buffer);
    return refuse_floats(name, writable);
  }
  *count = buffer->len / buffer->itemsize;
  return 0;
}

int read_doubles(PyObject *object, const char *name, double **values, int64_t *count) {
  *values = NULL;
  *count = 0;
  if (!object || object == Py_None) return 0;
  if (!PySequence_Check(object)) {
    PyErr_Format(PyExc_TypeError, "%s is %R; expected None or a sequence of numbers", name, object);
    return -1;
  }
  PyObject *tuple = PySequence_Tuple(object);
  if (!tuple) return -1;
  Py_ssize_t size = PyTuple_Size(tuple);
  double *numbers = PyMem_Malloc((size_t)(size + 1) * sizeof *numbers);
  if (!numbers) PyErr_NoMemory();
  for (Py_ssize_t i = 0; numbers && i < size; i++) {
    numbers[i] = PyFloat_AsDouble(PyTuple_GetItem(tuple, i));
    if (numbers[i] == -1 && PyErr_Occurred()) {
      PyErr_Format(PyExc_TypeError, "%s[%zd] is %R; expected a number", name, i, PyTuple_GetItem(tuple, i));
      PyMem_Free(numbers);
      numbers = NULL;
    }
  }
  Py_DECREF(tuple);
  if (!numbers) return -1;
  *values = numbers;
  *count = size;
  return 0;
}

int read_integers(PyObject *object, const char *name, int64_t **values, int64_t *count) {
  *values = NULL;
  *count = 0;
  if (!object || object == Py_None) return 0;
  PyObject *tuple = PySequence_Tuple(object);
  if (!tuple) return -1;
  Py_ssize_t size = PyTuple_Size(tuple);
  int64_t *numbers = PyMem_Malloc((size_t)(size + 1) * sizeof *numbers);
  if (!numbers) PyErr_NoMemory();
  for (Py_ssize_t i = 0; numbers && i < size; i++) {
    if (read_integer(PyTuple_GetItem(tuple, i), name, &numbers[i]) == 0) continue;
    PyMem_Free(numbers);
    numbers = NULL;
  }
  Py_DECREF(tuple);
  *values = numbers;
  *count = numbers ? size : 0;
  return numbers ? 0 : -1;
}
