#include "native.h"

#include <string.h>

/* ---- errors ---- */

static PyObject *exception_for(scnn_status status) {
  switch (status) {
    case SCNN_INVALID_VALUE: return PyExc_ValueError;
    case SCNN_INVALID_TYPE: return PyExc_TypeError;
    case SCNN_IO: return PyExc_OSError;
    case SCNN_OUT_OF_MEMORY: return PyExc_MemoryError;
    default: return PyExc_RuntimeError;
  }
}

int check_status(scnn_status status) {
  if (PyErr_Occurred()) return -1;
  if (status == SCNN_OK) return 0;
  const char *text = scnn_last_error();
  int code = status == SCNN_IO ? scnn_last_errno() : 0;
  /* With its number an OSError becomes FileNotFoundError, PermissionError and so on. */
  PyObject *message = code ? Py_BuildValue("(iN)", code, PyUnicode_DecodeUTF8(text, (Py_ssize_t)strlen(text), "replace"))
                           : PyUnicode_DecodeUTF8(text, (Py_ssize_t)strlen(text), "replace");
  if (message) PyErr_SetObject(exception_for(status), message);
  Py_XDECREF(message);
  return -1;
}

/* ---- interruption ---- */

int32_t hear_signals(void) {
  PyGILState_STATE state = PyGILState_Ensure();
  int raised = PyErr_CheckSignals();
  PyGILState_Release(state);
  return raised;
}

/* ---- events ---- */

int listener_open(Listener *listener, PyObject *callback) {
  *listener = (Listener){0};
  if (!callback || callback == Py_None) return 0;
  if (!PyCallable_Check(callback)) {
    PyErr_Format(PyExc_TypeError, "callback is %R; expected None or something that can be called", callback);
    return -1;
  }
  listener->callback = callback;
  return 0;
}

void listener_begin(Listener *listener) { listener->thread = PyEval_SaveThread(); }

int listener_end(Listener *listener, scnn_status status) {
  PyEval_RestoreThread(listener->thread);
  return check_status(status);
}

static PyObject *tuple_of_floats(const double *values, Py_ssize_t count) {
  PyObject *tuple = PyTuple_New(count);
  for (Py_ssize_t i = 0; tuple && i < count; i++) {
    PyObject *value = PyFloat_FromDouble(values[i]);
    if (!value || PyTuple_SetItem(tuple, i, value) < 0) Py_CLEAR(tuple);
  }
  return tuple;
}

/* 1 if the callback wants to stop, 0 if not, -1 if it raised. */
static int call_back(PyObject *callback, const scnn_event *event) {
  PyObject *values = tuple_of_floats(event->values, event->value_count);
  if (!values) return -1;
  PyObject *answer =
      PyObject_CallFunction(callback, "iLLLLLN", (int)event->kind, (long long)event->epoch, (long long)event->epochs,
                            (long long)event->batch, (long long)event->batches, (long long)event->samples, values);
  int stop = answer ? PyObject_IsTrue(answer) : -1;
  Py_XDECREF(answer);
  return stop;
}

void listener_enter(Listener *listener) { PyEval_RestoreThread(listener->thread); }

int listener_leave(Listener *listener, int answer) {
  listener->raised = answer < 0;
  listener->thread = PyEval_SaveThread();
  return answer;
}

int32_t listener_hear(void *context, const scnn_event *event) {
  Listener *listener = context;
  if (listener->raised) return SCNN_CANCEL;
  listener_enter(listener);
  int stop = PyErr_CheckSignals(); /* Ctrl-C */
  if (stop == 0 && listener->callback) stop = call_back(listener->callback, event);
  listener_leave(listener, stop);
  return stop < 0 ? SCNN_CANCEL : stop ? SCNN_STOP : SCNN_CONTINUE;
}

/* ---- arguments and results ---- */

int read_integer(PyObject *object, const char *name, int64_t *value) {
  PyObject *integer = PyBool_Check(object) ? NULL : PyNumber_Index(object);
  if (!integer) {
    PyErr_Format(PyExc_TypeError, "%s is %R; expected an integer", name, object);
    return -1;
  }
  int overflow;
  long long number = PyLong_AsLongLongAndOverflow(integer, &overflow);
  Py_DECREF(integer);
  *value = overflow > 0 ? INT64_MAX : overflow < 0 ? INT64_MIN : number;
  return 0;
}

int read_integer_or_none(PyObject *object, const char *name, int64_t *value) {
  return object && object != Py_None ? read_integer(object, name, value) : 0;
}

const char *read_text(PyObject *object, const char *name) {
  if (!PyUnicode_Check(object)) {
    PyErr_Format(PyExc_TypeError, "%s is %R; expected a str", name, object);
    return NULL;
  }
  Py_ssize_t size;
  const char *text = PyUnicode_AsUTF8AndSize(object, &size);
  if (text && strlen(text) != (size_t)size) {
    PyErr_Format(PyExc_ValueError, "%s holds a null character at byte %zu; expected text without one", name, strlen(text));
    return NULL;
  }
  return text;
}

PyObject *take_text(char *text) {
  PyObject *result = PyUnicode_DecodeUTF8(text, (Py_ssize_t)strlen(text), NULL);
  scnn_free(text);
  return result;
}
