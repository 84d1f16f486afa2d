/* swiftcnn: train and run convolutional networks. The C interface of libswiftcnn.
 *
 * Status     Every function that can fail returns an scnn_status; SCNN_OK is 0. After any other value
 *            scnn_last_error() returns the calling thread's message: what was received, what was expected
 *            and how to fix it. Results are written through pointers; on failure nothing is written.
 * Ownership  Argument pointers are borrowed for the duration of the call and not kept, unless a comment
 *            says otherwise. The caller owns returned strings and blocks of bytes: release them with
 *            scnn_free(). The caller owns returned models: release each once with scnn_model_free().
 * Threads    Every function may be called from any thread. Calls on one model are serialized batch by
 *            batch, so predicting while another thread trains is safe. A second fit on a model that is being
 *            fitted fails. Callbacks run on the calling thread, which holds no lock meanwhile.
 * Tensors    NHWC activations, HWIO kernels. Weights and results are float32.
 */
#ifndef SWIFTCNN_H
#define SWIFTCNN_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef enum {
  SCNN_OK = 0,
  SCNN_INVALID_VALUE = 1, /* a value, shape or file content that cannot be used */
  SCNN_INVALID_TYPE = 2,  /* an element type that cannot be used */
  SCNN_IO = 3,            /* the operating system refused a file operation */
  SCNN_OUT_OF_MEMORY = 4,
  SCNN_CANCELLED = 5, /* a callback returned SCNN_CANCEL, or a function of a batch source returned -1 */
  SCNN_STATE = 6      /* a call out of order: not compiled, already being fitted */
} scnn_status;

/* The message of this thread's last failure; valid until this thread's next call. Never NULL. */
const char *scnn_last_error(void);

/* The operating system's error number (errno) of this thread's last failure if that was SCNN_IO, else 0. */
int32_t scnn_last_errno(void);

/* Releases a string or block of bytes that this library returned. NULL is allowed. */
void scnn_free(void *block);

/* "1.2.3"; static storage. */
const char *scnn_version(void);

/* JSON: {"version", "isa", "isas" (the usable ones), "threads", "configuration" ("release" or "debug")}.
 * Fails if SWIFTCNN_ISA or SWIFTCNN_NUM_THREADS is invalid. */
scnn_status scnn_build_info(char **json);

/* Sets the number of threads of later calls, 1...256. The default is SWIFTCNN_NUM_THREADS, or else the number of cores that this
 * process may use (affinity and cgroup quota). Results do not depend on the number of threads. */
scnn_status scnn_set_num_threads(int32_t threads);

/* A check that long work without events (checking data, building, loading) calls about twenty times a second, on the calling thread
 * and with no lock held. A result other than 0 ends the work with SCNN_CANCELLED and no effect. NULL: no check. */
typedef int32_t (*scnn_interrupt_check)(void);
void scnn_set_interrupt_check(scnn_interrupt_check check);

/* ---- arrays ---- */

typedef enum {
  SCNN_FLOAT32 = 0,
  SCNN_FLOAT64 = 1,
  SCNN_FLOAT16 = 2,
  SCNN_UINT8 = 3,
  SCNN_INT8 = 4,
  SCNN_UINT16 = 5,
  SCNN_INT16 = 6,
  SCNN_UINT32 = 7,
  SCNN_INT32 = 8,
  SCNN_UINT64 = 9,
  SCNN_INT64 = 10,
  SCNN_BOOL = 11 /* one byte, 0 or 1 */
} scnn_dtype;

#define SCNN_MAX_RANK 8

/* A borrowed view with any strides (also zero and negative) and any alignment. It is converted to float32 one batch at a time;
 * a C-contiguous float32 array is read in place. */
typedef struct {
  const void *data;
  int32_t dtype;        /* scnn_dtype */
  int32_t byte_swapped; /* 1 if the elements are not in this machine's byte order */
  int32_t may_vanish;   /* 1 if the memory maps a file that others may truncate: it is copied safely, and truncation is an error */
  int32_t rank;         /* 0...SCNN_MAX_RANK */
  int64_t shape[SCNN_MAX_RANK];
  int64_t strides[SCNN_MAX_RANK]; /* bytes */
} scnn_array;

/* ---- settings ---- */

/* Checks settings without a model: reports the errors that building or compiling a model would report, except those that depend on
 * shapes. kind: "layer", "loss", "metric", "optimizer", "learning_rate", "initializer", "regularizer" or "constraint"; json: the
 * description, see docs/model-format.md. */
scnn_status scnn_check_settings(const char *kind, const char *json);

/* JSON: all classes of layers, losses and so on with their settings; for each kind a list of {"class", "summary", "settings"}, where
 * a setting has "name", "type", "doc", and "default" unless it must be given. */
scnn_status scnn_settings_schema(char **json);

/* ---- models ---- */

typedef struct scnn_model scnn_model;

/* Layer `layer` of a new model shares the weights of layer `source` of `model`: a change in one model is a change in the other.
 * Calls on models that share weights are serialized. `model` may be freed before the new model. */
typedef struct {
  int64_t layer;
  const scnn_model *model;
  int64_t source;
} scnn_shared_layer;

/* Builds a model with new weights from its architecture (JSON, see docs/model-format.md). The layers in `shared` have the weights of
 * other models (NULL and 0: none). The same architecture and seed give the same bits everywhere. */
scnn_status scnn_model_create(const char *architecture, uint64_t seed, const scnn_shared_layer *shared, int64_t shared_count,
                              scnn_model **model);
void scnn_model_free(scnn_model *model);

/* The model's architecture, with all defaults and names filled in. */
scnn_status scnn_model_architecture(const scnn_model *model, char **json);

/* JSON: {"name", "input_names": [...], "input_shapes": [a shape for each], "output_names": [the layers], "output_shapes": [...],
 * "input_shape" and "output_shape" (the first of each), "parameters", "layers": [{"class", "name", "output_shapes": [a shape for each
 * call of the layer], "output_shape" (the first of them), "parameters", "weights": [indices], "trainable"}], "weights": [{"name",
 * "shape", "trainable"}], "compiled": null or the compile configuration, "metrics_names": ["loss", then of several outputs the loss of
 * each that has one, then the metrics], "metrics_tallies": [how many each metric has], "iterations", "epochs", "streams": [for each
 * layer what its random numbers are functions of, {"seed", "layer", "first_weight"}, as an architecture may state it]}. Shapes without
 * the batch axis. */
scnn_status scnn_model_describe(const scnn_model *model, char **json);

/* The description of an architecture's inputs, outputs, layers and weights (without "compiled" and the keys after it). It allocates no
 * memory for weights, so it infers shapes at low cost. */
scnn_status scnn_describe_architecture(const char *architecture, char **json);

/* The number of values of an evaluation: the loss, the losses of several outputs, the metrics, and the metrics' tallies; 0 before
 * compile. */
scnn_status scnn_model_value_count(const scnn_model *model, int64_t *count);
/* The number of tallies of each metric, for the first `room` metrics; room may be 0. count: the number of metrics, 0 before compile. */
scnn_status scnn_model_tally_counts(const scnn_model *model, int64_t *tallies, int64_t room, int64_t *count);
/* Optimizer steps since compile, and epochs trained on arrays. */
scnn_status scnn_model_iterations(const scnn_model *model, int64_t *iterations);
scnn_status scnn_model_epochs(const scnn_model *model, int64_t *epochs);

/* How batches of this size are computed, as JSON: {"batch_size", "threads", "training_bytes", "inference_bytes" (all memory except
 * the caller's arrays), "training": [...], "inference": [...]}, with an object for each operation: {"layer", "algorithm", "stage"
 * (operations of one stage run one after the other on the same images), "images_at_once" (that a thread processes together in the stage),
 * "output_bytes" (per image), "scratch_bytes" (per thread), "packed_bytes" (of rearranged weights)}. */
scnn_status scnn_model_plan_info(const scnn_model *model, int64_t batch_size, char **json);

/* Chooses optimizer, loss and metrics (JSON, see docs/model-format.md) and resets the optimizer's state. */
scnn_status scnn_model_compile(scnn_model *model, const char *configuration);

/* Weight i, in the order of describe's "weights", as float32 in C order. count: its number of elements. */
scnn_status scnn_model_get_weight(const scnn_model *model, int64_t index, float *values, int64_t count);
scnn_status scnn_model_set_weight(scnn_model *model, int64_t index, const float *values, int64_t count);
/* All weights end to end, in the order of describe's "weights". All are checked before any weight changes. */
scnn_status scnn_model_set_weights(scnn_model *model, const float *values, int64_t count);

/* 0 freezes a layer (given by its index in describe's "layers"), 1 makes it trainable again. Frozen weights and their optimizer state
 * do not change, and a frozen batch normalization works as in inference. Takes effect with the next batch. */
scnn_status scnn_model_set_trainable(scnn_model *model, int64_t layer, int32_t trainable);

/* The learning rate of the next step. It cannot be set if it follows a schedule. */
scnn_status scnn_model_get_learning_rate(const scnn_model *model, double *rate);
scnn_status scnn_model_set_learning_rate(scnn_model *model, double rate);
/* The rate of the step after `step` earlier steps, for a learning rate in the format of the compile configuration (JSON). */
scnn_status scnn_learning_rate_at(const char *learning_rate, int64_t step, double *rate);

/* Replaces the weights by their running mean, if the optimizer keeps one (use_ema). fit does this at its end. */
scnn_status scnn_model_adopt_weight_average(scnn_model *model);

/* ---- events ---- */

typedef enum {
  SCNN_TRAIN_BEGIN = 0,
  SCNN_EPOCH_BEGIN = 1,
  SCNN_TRAIN_BATCH_BEGIN = 2,
  SCNN_TRAIN_BATCH_END = 3, /* values: running means of loss and metrics over the epoch so far */
  SCNN_TEST_BEGIN = 4,
  SCNN_TEST_BATCH_BEGIN = 5,
  SCNN_TEST_BATCH_END = 6, /* values: running means */
  SCNN_TEST_END = 7,       /* values: final */
  SCNN_EPOCH_END = 8,      /* values: loss, metrics; then, if this epoch was validated, those of validation (val_...) */
  SCNN_TRAIN_END = 9,
  SCNN_PREDICT_BATCH_END = 10
} scnn_event_kind;

typedef struct {
  int32_t kind;        /* scnn_event_kind */
  int32_t value_count;
  int64_t epoch;       /* from 0 */
  int64_t epochs;
  int64_t batch;       /* from 0 */
  int64_t batches;     /* in this epoch, evaluation or prediction; 0 if unknown until a source's batches end */
  int64_t samples;     /* done so far in this epoch, evaluation or prediction */
  const double *values; /* valid during the callback */
} scnn_event;

typedef enum {
  SCNN_CONTINUE = 0,
  SCNN_STOP = 1,  /* end the training, evaluation or prediction normally after this batch or epoch */
  SCNN_CANCEL = 2 /* end now with SCNN_CANCELLED; finished batches keep their effect */
} scnn_answer;

/* Called on the calling thread. Every argument of this type may be NULL. */
typedef int32_t (*scnn_callback)(void *context, const scnn_event *event);

/* ---- training and inference ---- */

/* The inputs of a model and the targets of its outputs. All arrays have the same number of samples. */
typedef struct {
  int64_t input_count;
  const scnn_array *const *inputs; /* input_count arrays, in the order of the model's inputs: [n, input shape...] */
  int64_t output_count;
  const scnn_array *const *targets;        /* output_count arrays, as the losses need them; NULL for an output without loss and metric */
  const scnn_array *const *sample_weights; /* NULL, or output_count arrays: [n], or NULL if all samples have weight 1 */
} scnn_samples;

/* A source of batches that are made on demand, epoch by epoch, instead of arrays. The engine calls the functions on the calling thread,
 * with no lock held; they may use the model. A function that fails returns -1: the call then ends with SCNN_CANCELLED, and finished
 * batches keep their effect. After this or any other error no function is called again. The caller owns the struct and the context,
 * which must stay valid until the call returns. */
typedef struct {
  void *context;    /* passed to the functions */
  const char *name; /* its name in errors, as in "batch 3 of x: ..."; NULL: "the source" */
  int64_t batches;  /* in an epoch; 0 if unknown until the epoch ends */
  /* Called before an epoch, or before the validation after this epoch (from 0). Returns 1 to continue, 0 if there are no more data: then
   * training ends as if all epochs were done, and a validation is skipped. NULL: always 1. */
  int32_t (*begin_epoch)(void *context, int64_t epoch);
  /* Returns 1 and the next batch, of any size; 0 at the end of the epoch. The caller owns *batch with its arrays and elements, and must
   * not change them until the next call of any of these functions, or until the call that uses the source returns. */
  int32_t (*next)(void *context, const scnn_samples **batch);
  /* Called after an epoch, even if a callback stopped it before its last batch. Returns 0. May be NULL. */
  int32_t (*end_epoch)(void *context);
} scnn_batch_source;

/* The weights of an output's classes. */
typedef struct {
  const double *weights; /* one per class; NULL: all classes have weight 1 */
  int64_t count;
} scnn_class_weight;

typedef struct {
  int64_t batch_size;             /* >= 1; larger than the data means one batch */
  int64_t epochs;                 /* the epoch to stop before, as in Keras */
  int64_t initial_epoch;          /* from 0 */
  int64_t first_epoch;            /* the first epoch of the training that this call resumes; below 0: training begins with this call */
  int64_t steps_per_epoch;        /* 0: all data once; else each epoch continues in the data where the last one ended */
  int32_t shuffle;                /* 0 or 1 */
  double validation_split;        /* [0, 1): the last fraction of the data; no effect if validation samples are given */
  const scnn_samples *validation; /* NULL without */
  const scnn_batch_source *validation_source; /* instead of `validation`; NULL without */
  int64_t validation_batch_size;  /* 0: batch_size */
  int64_t validation_steps;       /* 0: all */
  int64_t validation_freq;        /* the number of epochs between validations, >= 1 */
  const int64_t *validation_epochs; /* validate after these epochs (from 0) instead; NULL without */
  int64_t validation_epoch_count;
  const scnn_class_weight *class_weights; /* one for each output; NULL without */
  int64_t class_weight_count;             /* the model's outputs, or 0 */
} scnn_fit_options;

/* Keras's defaults: batches of 32, 1 epoch, shuffled, no validation. */
void scnn_fit_options_init(scnn_fit_options *options);

/* All data is checked before a weight changes. */
scnn_status scnn_model_fit(scnn_model *model, const scnn_samples *samples, const scnn_fit_options *options, scnn_callback callback,
                           void *context);

/* The same with batches; each batch is one step. The options batch_size, shuffle and first_epoch have no effect: the source chooses the
 * order and the sizes of batches, and where in its data an epoch begins. steps_per_epoch is the largest number of batches in an epoch.
 * validation_split is an error. Each batch is checked before it is used; an error ends the fit, and finished batches keep their effect.
 * To predict for batches, call scnn_model_predict for each. */
scnn_status scnn_model_fit_source(scnn_model *model, const scnn_batch_source *source, const scnn_fit_options *options,
                                  scnn_callback callback, void *context);

/* values[0] = loss, then the rest of metrics_names, then the metrics' tallies end to end as far as they fit (see below).
 * count: the size of values, at least the number of metrics_names. steps: 0 = all. */
scnn_status scnn_model_evaluate(scnn_model *model, const scnn_samples *samples, int64_t batch_size, int64_t steps,
                                scnn_callback callback, void *context, double *values, int64_t count);

/* The same over one epoch of batches. steps: the largest number of batches; 0 = all. */
scnn_status scnn_model_evaluate_source(scnn_model *model, const scnn_batch_source *source, int64_t steps, scnn_callback callback,
                                       void *context, double *values, int64_t count);

/* outputs: for each output of the model a buffer for n * (elements of its shape) floats; counts: the sizes of the buffers. The buffers
 * must overlap neither the inputs nor one another. steps: 0 = all. */
scnn_status scnn_model_predict(scnn_model *model, const scnn_array *const *inputs, int64_t input_count, int64_t batch_size,
                               int64_t steps, scnn_callback callback, void *context, float *const *outputs, const int64_t *counts,
                               int64_t output_count);

/* The mode of layers that work differently in training. */
typedef enum {
  SCNN_INFERENCE = 0,    /* as scnn_model_predict */
  SCNN_AUGMENTATION = 1, /* the random image layers change the images, all others work as in inference */
  SCNN_TRAINING = 2      /* dropout and noise too; batch normalization uses the batch's statistics and updates its own */
} scnn_behavior;

/* The outputs for all samples as one batch, as from scnn_model_predict. behavior: an scnn_behavior. The random numbers are a
 * function of the model's seed and of draw, 0 to 2^31 - 1. */
scnn_status scnn_model_call(scnn_model *model, const scnn_array *const *inputs, int64_t input_count, int32_t behavior, int64_t draw,
                            float *const *outputs, const int64_t *counts, int64_t output_count);

/* One optimizer step on all samples as one batch. values: as in evaluate, for this batch only. class_weights: one for each output,
 * or none. */
scnn_status scnn_model_train_on_batch(scnn_model *model, const scnn_samples *samples, const scnn_class_weight *class_weights,
                                      int64_t class_weight_count, double *values, int64_t count);

/* The loss of one batch and its gradient for every weight; weights and optimizer do not change. training: 1 applies dropout, with the
 * random numbers of the next step, and normalizes by the batch's statistics. gradients: end to end in the order of describe's
 * "weights", zero for weights that are not trainable; count: the number of elements of all weights. */
scnn_status scnn_model_gradients(scnn_model *model, const scnn_samples *samples, int32_t training, double *loss, float *gradients,
                                 int64_t count);

/* The buffers for the results of scnn_model_differentiate. NULL, with a count of 0: this result is not computed. */
typedef struct {
  float *const *outputs;        /* for each output n * (elements of its shape) floats, or NULL */
  const int64_t *output_counts; /* the size of each buffer in floats */
  int64_t output_count;
  float *weight_gradients; /* end to end in the order of describe's "weights", zero for weights that are not trainable */
  int64_t weight_count;
  float *const *input_gradients; /* for each input as many floats as it has elements, or NULL */
  const int64_t *input_counts;
  int64_t input_count;
} scnn_derivatives;

/* The outputs for all samples as one batch. From given gradients of the outputs it also computes the gradients of the weights (sums over
 * the samples, without the terms of regularizers) and of the inputs, for custom losses. Weights, optimizer and moving statistics do not
 * change; the model need not be compiled. output_gradients: [n, output shape...] for each output, or NULL for an output that the loss
 * does not depend on. behavior, draw: as in scnn_model_call; a draw below 0 uses the random numbers of the next step, as
 * scnn_model_gradients does. The result buffers must overlap neither the inputs nor one another. */
scnn_status scnn_model_differentiate(scnn_model *model, const scnn_array *const *inputs, int64_t input_count,
                                     const scnn_array *const *output_gradients, int64_t output_count, int32_t behavior,
                                     int64_t draw, const scnn_derivatives *results);

/* ---- metrics without a model ---- */

/* The state of a metric (JSON, in the format of the compile configuration) is a few sums over the samples, its tallies. The caller keeps
 * them; they begin as zeros. Their number may depend on the outputs' number of classes, which then must not change. */
scnn_status scnn_metric_tally_count(const char *metric, const scnn_array *outputs, int64_t *count);
/* Adds a batch. targets: class numbers for sparse metrics, else the shape of outputs; sample_weight: [n] or NULL. */
scnn_status scnn_metric_update(const char *metric, const scnn_array *targets, const scnn_array *outputs,
                               const scnn_array *sample_weight, double *tallies, int64_t count);
/* count may be 0: no batch was added, and the value is 0. */
scnn_status scnn_metric_value(const char *metric, const double *tallies, int64_t count, double *value);

/* ---- files: safetensors, with the architecture in its metadata (docs/model-format.md) ---- */

/* Writes a temporary file beside `path`, syncs it and renames it to `path`. A compiled model's file includes the optimizer's state. */
scnn_status scnn_model_save(const scnn_model *model, const char *path);
scnn_status scnn_model_load(const char *path, scnn_model **model);
/* Weights only. Loading checks every name and shape before a weight changes. */
scnn_status scnn_model_save_weights(const scnn_model *model, const char *path);
scnn_status scnn_model_load_weights(scnn_model *model, const char *path);
/* The bytes that scnn_model_save would write. */
scnn_status scnn_model_serialize(const scnn_model *model, uint8_t **bytes, int64_t *count);
/* Creates a model from these bytes. The weights in the bytes also replace those of the models in `shared` (NULL and 0: none), for the
 * layers listed there. */
scnn_status scnn_model_deserialize(const uint8_t *bytes, int64_t count, const scnn_shared_layer *shared, int64_t shared_count,
                                   scnn_model **model);

#ifdef __cplusplus
}
#endif

#endif
