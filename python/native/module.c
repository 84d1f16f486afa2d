#include "native.h"

static PyObject *build_info(PyObject *Py_UNUSED(module), PyObject *Py_UNUSED(unused)) {
  char *json = NULL;
  return check_status(scnn_build_info(&json)) < 0 ? NULL : take_text(json);
}

static PyObject *set_num_threads(PyObject *Py_UNUSED(module), PyObject *object) {
  int64_t threads = 0;
  if (read_integer(object, "threads", &threads) < 0) return NULL;
  int32_t fitting = threads > INT32_MAX ? INT32_MAX : threads < INT32_MIN ? INT32_MIN : (int32_t)threads;
  return check_status(scnn_set_num_threads(fitting)) < 0 ? NULL : Py_NewRef(Py_None);
}

static PyMethodDef functions[] = {
    {"build_info", build_info, METH_NOARGS, "build_info()\n--\n\nVersion, instruction sets and threads as JSON."},
    {"set_num_threads", set_num_threads, METH_O, "set_num_threads(threads, /)\n--\n\nThreads of every later call."},
    {"describe_architecture", describe_architecture, METH_O,
     "describe_architecture(architecture, /)\n--\n\nLayers, shapes and weights of an architecture, as JSON, without making weights."},
    {"check_settings", check_settings, METH_VARARGS,
     "check_settings(kind, settings, /)\n--\n\nRefuses settings, given as JSON, that no model could be built or compiled with."},
    {"learning_rate_at", learning_rate_at, METH_VARARGS,
     "learning_rate_at(learning_rate, step, /)\n--\n\nA learning rate, given as JSON, after so many steps."},
    {"metric_update", metric_update, METH_VARARGS,
     "metric_update(metric, targets, outputs, sample_weight, tallies, /)\n--\n\nThe sums with a batch added; None before the first."},
    {"metric_value", metric_value, METH_VARARGS, "metric_value(metric, tallies, /)\n--\n\nWhat the sums come to."},
    {0},
};

static int fill(PyObject *module) {
  scnn_set_interrupt_check(hear_signals);
  PyObject *type = PyType_FromModuleAndSpec(module, &model_spec, NULL);
  if (!type) return -1;
  int result = PyModule_AddType(module, (PyTypeObject *)type);
  Py_DECREF(type);
  return result < 0 ? -1 : PyModule_AddStringConstant(module, "version", scnn_version());
}

static PyModuleDef_Slot slots[] = {{Py_mod_exec, fill}, {0}};

static PyModuleDef definition = {
    PyModuleDef_HEAD_INIT,
    .m_name = "swiftcnn._native",
    .m_doc = "The engine's C interface (swiftcnn.h), one to one.",
    .m_methods = functions,
    .m_slots = slots,
};

PyMODINIT_FUNC PyInit__native(void) { return PyModuleDef_Init(&definition); }
