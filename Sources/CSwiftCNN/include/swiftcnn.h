/* swiftcnn: train and run convolutional networks. The C interface of libswiftcnn.
 *
 * Status     Every function that can fail returns an scnn_status; SCNN_OK is 0. After any other value
 *            scnn_last_error() tells, for the calling thread, what was received, what was expected and how to
 *            mend it. Results come back through pointers, which are left alone on failure.
 * Ownership  A pointer that goes in is borrowed for the length of the call and never kept, unless the function
 *            says otherwise. A string or block of bytes that comes out is the caller's: give it to scnn_free().
 *            A model that comes out belongs to the caller: give it to scnn_model_free() once.
 * Threads    Every function may be called from any thread. Calls on one model wait for one another batch by
 *            batch, so predicting while another thread trains is safe. A second fit on a model that is being
 *            fitted is refused. Callbacks run on the calling thread with no lock held.
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
  SCNN_CANCELLED = 5, /* a callback returned SCNN_CANCEL, or a function of a batch source -1 */
  SCNN_STATE = 6      /* a call out of order: not compiled, already being fitted */
} scnn_status;

/* The message of this thread's last failure; valid until this thread's next call. Never NULL. */
const char *scnn_last_error(void);

/* The operating system's number (errno) for this thread's last failure, where that was SCNN_IO; 0 without one. */
int32_t scnn_last_errno(void);

/* Releases a string or block of bytes that this library handed out. NULL is allowed. */
void scnn_free(void *block);

/* "1.2.3"; static storage. */
const char *scnn_version(void);

/* JSON: {"version", "isa", "isas" (the usable ones), "threads", "configuration" ("release" or "debug")}.
 * Fails if SWIFTCNN_ISA or SWIFTCNN_NUM_THREADS is unusable. */
scnn_status scnn_build_info(char **json);

/* Threads used by every later call, 1...256; the default is SWIFTCNN_NUM_THREADS, or else the cores this process may use
 * (affinity and cgroup quota). Results do not depend on it. */
scnn_status scnn_set_num_threads(int32_t threads);

/* Called on the calling thread, with no lock held, some twenty times a second in work that takes long and tells no events: checking
 * data, building, loading. Anything but 0 ends the work with SCNN_CANCELLED and no effect. NULL: nobody is asked. */
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

/* A borrowed view: any strides (zero and negative too), any alignment. Converted to float32 a batch at a time;
 * a C-contiguous float32 array is read in place. */
typedef struct {
  const void *data;
  int32_t dtype;        /* scnn_dtype */
  int32_t byte_swapped; /* 1 if the elements are not in this machine's byte order */
  int32_t may_vanish;   /* 1 if the memory is a mapping of a file that others may cut: it is copied with care, and a cut is an error */
  int32_t rank;         /* 0...SCNN_MAX_RANK */
  int64_t shape[SCNN_MAX_RANK];
  int64_t strides[SCNN_MAX_RANK]; /* bytes */
} scnn_array;

/* ---- settings ---- */

/* Checks settings by themselves, before there is a model: what building or compiling one would say of them, as far as no shape is
 * needed. kind: "layer", "loss", "metric", "optimizer", "learning_rate", "initializer", "regularizer" or "constraint"; json: the
 * description, see docs/model-format.md. */
scnn_status scnn_check_settings(const char *kind, const char *json);

/* JSON: all classes of layers, losses and so on with their settings; for each kind a list of {"class", "summary", "settings"}, where
 * a setting has "name", "type", "doc", and "default" unless it must be given. */
scnn_status scnn_settings_schema(char **json);

/* ---- models ---- */

typedef struct scnn_model scnn_model;

/* Layer `layer` of a new model has the weights of layer `source` of `model`: what changes them in one changes them in the other.
 * Models that share weights wait for one another; `model` may be freed before the new one. */
typedef struct {
  int64_t layer;
  const scnn_model *model;
  int64_t source;
} scnn_shared_layer;

/* Builds a model with fresh weights from its architecture (JSON, see docs/model-format.md); layers that are `shared` have the weights
 * of other models (NULL and 0: none). The same architecture and seed give the same bits everywhere. */
scnn_status scnn_model_create(const char *architecture, uint64_t seed, const scnn_shared_layer *shared, int64_t shared_count,
                              scnn_model **model);
void scnn_model_free(scnn_model *model);

/* The architecture again, with every default and name filled in. */
scnn_status scnn_model_architecture(const scnn_model *model, char **json);

/* JSON: {"name", "input_names": [...], "input_shapes": [a shape for each], "output_names": [the layers], "output_shapes": [...],
 * "input_shape" and "output_shape" (the first of each), "parameters", "layers": [{"class", "name", "output_shapes": [a shape for each
 * call of the layer], "output_shape" (the first of them), "parameters", "weights": [indices], "trainable"}], "weights": [{"name",
 * "shape", "trainable"}], "compiled": null or the compile configuration, "metrics_names": ["loss", then of several outputs the loss of
 * each that has one, then the metrics], "metrics_tallies": [how many each metric has], "iterations", "epochs", "streams": [for each
 * layer what its random numbers are functions of, {"seed", "layer", "first_weight"}, as an architecture may state it]}. Shapes without
 * the batch axis. */
scnn_status scnn_model_describe(const scnn_model *model, char **json);

/* What describe tells of the inputs, outputs, layers and weights of an architecture (no "compiled" and what follows it), without
 * memory for weights: so it infers shapes at little cost. */
scnn_status scnn_describe_architecture(const char *architecture, char **json);

/* How many numbers an evaluation yields: the loss, the losses of several outputs, the metrics, and the metrics' tallies; 0 before
 * compile. */
scnn_status scnn_model_value_count(const scnn_model *model, int64_t *count);
/* How many tallies each metric has, as far as there is room; count: the metrics, 0 before compile. room may be 0. */
scnn_status scnn_model_tally_counts(const scnn_model *model, int64_t *tallies, int64_t room, int64_t *count);
/* Optimizer steps since compile, and epochs trained on arrays. */
scnn_status scnn_model_iterations(const scnn_model *model, int64_t *iterations);
scnn_status scnn_model_epochs(const scnn_model *model, int64_t *epochs);

/* How batches of this size are computed, as JSON: {"batch_size", "threads", "training_bytes", "inference_bytes" (all memory but
 * the caller's arrays), "training": [...], "inference": [...]}, with an object for each operation: {"layer", "algorithm", "stage"
 * (operations of one stage run one after the other on the same images), "images_at_once" (that a thread takes through its stage),
 * "output_bytes" (an image), "scratch_bytes" (a thread), "packed_bytes" (of weights rearranged)}. */
scnn_status scnn_model_plan_info(const scnn_model *model, int64_t batch_size, char **json);

/* Chooses optimizer, loss and metrics (JSON, see docs/model-format.md) and resets the optimizer's state. */
scnn_status scnn_model_compile(scnn_model *model, const char *configuration);

/* Weight i, in the order of describe's "weights", as float32 in C order. count: its number of elements. */
scnn_status scnn_model_get_weight(const scnn_model *model, int64_t index, float *values, int64_t count);
scnn_status scnn_model_set_weight(scnn_model *model, int64_t index, const float *values, int64_t count);
/* All weights end to end, in the order of describe's "weights"; checked whole before anything changes. */
scnn_status scnn_model_set_weights(scnn_model *model, const float *values, int64_t count);

/* 0 freezes a layer (its place in describe's "layers"), 1 lets it learn again. Frozen weights and the optimizer's moments of
 * them stay as they are, and a frozen batch normalization works as in inference. Takes effect with the next batch. */
scnn_status scnn_model_set_trainable(scnn_model *model, int64_t layer, int32_t trainable);

/* The rate of the next step. A rate that follows a schedule cannot be set. */
scnn_status scnn_model_get_learning_rate(const scnn_model *model, double *rate);
scnn_status scnn_model_set_learning_rate(scnn_model *model, double rate);
/* The rate of the step that follows `step` others, of a learning rate as the compile configuration writes it (JSON). */
scnn_status scnn_learning_rate_at(const char *learning_rate, int64_t step, double *rate);

/* Puts the running mean of the weights in their place, if the optimizer keeps one (use_ema); fit ends with it. */
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
  SCNN_EPOCH_END = 8,      /* values: loss, metrics; then, if this epoch was validated, their val_ twins */
  SCNN_TRAIN_END = 9,
  SCNN_PREDICT_BATCH_END = 10
} scnn_event_kind;

typedef struct {
  int32_t kind;        /* scnn_event_kind */
  int32_t value_count;
  int64_t epoch;       /* from 0 */
  int64_t epochs;
  int64_t batch;       /* from 0 */
  int64_t batches;     /* in this epoch, evaluation or prediction; 0 if only the end of a source's batches tells */
  int64_t samples;     /* done so far in this epoch, evaluation or prediction */
  const double *values; /* valid during the callback */
} scnn_event;

typedef enum {
  SCNN_CONTINUE = 0,
  SCNN_STOP = 1,  /* end what the event belongs to (training, evaluation, prediction) after this batch or epoch, as if done */
  SCNN_CANCEL = 2 /* end now with SCNN_CANCELLED; finished batches keep their effect */
} scnn_answer;

/* Called on the calling thread. May be NULL wherever it is asked for. */
typedef int32_t (*scnn_callback)(void *context, const scnn_event *event);

/* ---- training and inference ---- */

/* What a model receives, and what its outputs are compared with. All arrays have the same number of samples. */
typedef struct {
  int64_t input_count;
  const scnn_array *const *inputs; /* input_count arrays, in the order of the model's inputs: [n, input shape...] */
  int64_t output_count;
  const scnn_array *const *targets;        /* output_count arrays, as the losses want them; NULL where an output has no loss, no metric */
  const scnn_array *const *sample_weights; /* NULL, or output_count arrays: [n], or NULL where all samples weigh 1 */
} scnn_samples;

/* Batches that are made when they are asked for, epoch by epoch, in place of arrays. Its functions are called on the thread of the call
 * that takes them, with no lock held, and may use the model. Any of them may return -1: it failed, and the call ends with
 * SCNN_CANCELLED; finished batches keep their effect. After that, and after any other error, none of them is called again. The struct
 * and the context are the caller's, and are used until the call returns. */
typedef struct {
  void *context;    /* handed to the functions */
  const char *name; /* what errors call it, as in "batch 3 of x: ..."; NULL: "the source" */
  int64_t batches;  /* in an epoch; 0 if only its end tells */
  /* Before an epoch, or before a validation after this epoch (from 0): 1 to go on, 0 if there are no more data: a training ends there as
   * if all epochs were done, and a validation is left out. NULL: always 1. */
  int32_t (*begin_epoch)(void *context, int64_t epoch);
  /* 1 and the next batch, of any size; 0 at the end of the epoch. What *batch points to, arrays and elements included, stays the
   * caller's, who keeps it as it is until the next call of any of these functions, or until the call that takes the source returns. */
  int32_t (*next)(void *context, const scnn_samples **batch);
  /* After an epoch, whether its batches were taken to the end or a callback stopped it: 0. May be NULL. */
  int32_t (*end_epoch)(void *context);
} scnn_batch_source;

/* The weights of an output's classes. */
typedef struct {
  const double *weights; /* one a class; NULL: all classes weigh 1 */
  int64_t count;
} scnn_class_weight;

typedef struct {
  int64_t batch_size;             /* >= 1; larger than the data means one batch */
  int64_t epochs;                 /* the epoch to stop before, as in Keras */
  int64_t initial_epoch;          /* from 0 */
  int64_t first_epoch;            /* the epoch with which the training began that this call resumes; below 0: it begins here */
  int64_t steps_per_epoch;        /* 0: the whole data once; else each epoch goes on in the data where the last one ended */
  int32_t shuffle;                /* 0 or 1 */
  double validation_split;        /* [0, 1): the last fraction of the data; of no effect if samples are given */
  const scnn_samples *validation; /* NULL without */
  const scnn_batch_source *validation_source; /* in its place; NULL without */
  int64_t validation_batch_size;  /* 0: batch_size */
  int64_t validation_steps;       /* 0: all */
  int64_t validation_freq;        /* validate every so many epochs, >= 1 */
  const int64_t *validation_epochs; /* after these epochs (from 0) instead; NULL without */
  int64_t validation_epoch_count;
  const scnn_class_weight *class_weights; /* one for each output; NULL without */
  int64_t class_weight_count;             /* the model's outputs, or 0 */
} scnn_fit_options;

/* Keras's defaults: batches of 32, 1 epoch, shuffled, no validation. */
void scnn_fit_options_init(scnn_fit_options *options);

/* All data is checked before a weight changes. */
scnn_status scnn_model_fit(scnn_model *model, const scnn_samples *samples, const scnn_fit_options *options, scnn_callback callback,
                           void *context);

/* The same with batches, each of which is one step. Of the options, batch_size, shuffle and first_epoch have no effect on them: order and
 * sizes are the source's choice, and where in its data an epoch begins. steps_per_epoch: an epoch has no more batches. validation_split
 * is refused. A batch is checked when its turn comes; an error ends the fit, and finished batches keep their effect. To predict for
 * batches, call scnn_model_predict for each. */
scnn_status scnn_model_fit_source(scnn_model *model, const scnn_batch_source *source, const scnn_fit_options *options,
                                  scnn_callback callback, void *context);

/* values[0] = loss, then the rest of metrics_names, then as far as there is room the metrics' tallies end to end (see below);
 * count: room in values, at least the number of metrics_names. steps: 0 = all. */
scnn_status scnn_model_evaluate(scnn_model *model, const scnn_samples *samples, int64_t batch_size, int64_t steps,
                                scnn_callback callback, void *context, double *values, int64_t count);

/* The same over one epoch of batches. steps: no more batches than this; 0 = all. */
scnn_status scnn_model_evaluate_source(scnn_model *model, const scnn_batch_source *source, int64_t steps, scnn_callback callback,
                                       void *context, double *values, int64_t count);

/* outputs: for each output of the model n * (elements of its shape) floats, written in place, of which counts tells the room; must
 * overlap neither the inputs nor one another. steps: 0 = all. */
scnn_status scnn_model_predict(scnn_model *model, const scnn_array *const *inputs, int64_t input_count, int64_t batch_size,
                               int64_t steps, scnn_callback callback, void *context, float *const *outputs, const int64_t *counts,
                               int64_t output_count);

/* What layers do that work otherwise in training. */
typedef enum {
  SCNN_INFERENCE = 0,    /* as scnn_model_predict */
  SCNN_AUGMENTATION = 1, /* the random image layers change the images, all others work as for inference */
  SCNN_TRAINING = 2      /* dropout and noise too; batch normalization takes, and learns from, the batch's statistics */
} scnn_behavior;

/* The outputs for all samples as one batch, as from scnn_model_predict. behavior: an scnn_behavior. The random numbers are a
 * function of the model's seed and of draw, 0 to 2^31 - 1. */
scnn_status scnn_model_call(scnn_model *model, const scnn_array *const *inputs, int64_t input_count, int32_t behavior, int64_t draw,
                            float *const *outputs, const int64_t *counts, int64_t output_count);

/* One optimizer step on all samples as one batch; values as in evaluate, of this batch alone. class_weights: one for each output,
 * or none. */
scnn_status scnn_model_train_on_batch(scnn_model *model, const scnn_samples *samples, const scnn_class_weight *class_weights,
                                      int64_t class_weight_count, double *values, int64_t count);

/* Loss and the gradient of every weight for one batch, weights and optimizer untouched. training: 1 applies dropout, with the
 * random numbers of the next step, and normalizes by the batch's statistics. gradients: end to end in the order of describe's
 * "weights", zero for those that do not learn; count: all weights' elements. */
scnn_status scnn_model_gradients(scnn_model *model, const scnn_samples *samples, int32_t training, double *loss, float *gradients,
                                 int64_t count);

/* Where scnn_model_differentiate writes: NULL, with a count of 0, where something is not wanted. */
typedef struct {
  float *const *outputs;        /* for each output n * (elements of its shape) floats, or NULL */
  const int64_t *output_counts; /* how many floats each has room for */
  int64_t output_count;
  float *weight_gradients; /* end to end in the order of describe's "weights", zero for those that do not learn */
  int64_t weight_count;
  float *const *input_gradients; /* for each input as many floats as it has elements, or NULL */
  const int64_t *input_counts;
  int64_t input_count;
} scnn_derivatives;

/* The outputs for all samples as one batch, and for given gradients of any of the outputs those of the weights (sums over the samples,
 * without those of regularizers) and of the inputs: what a loss of one's own needs. Weights, optimizer and moving statistics stay as
 * they are; the model need not be compiled. output_gradients: [n, output shape...] for each output, or NULL for one that nothing
 * depends on. behavior, draw: as in scnn_model_call; a draw below 0 takes the random numbers of the next step, as
 * scnn_model_gradients does. What is written must overlap nothing that is read or written. */
scnn_status scnn_model_differentiate(scnn_model *model, const scnn_array *const *inputs, int64_t input_count,
                                     const scnn_array *const *output_gradients, int64_t output_count, int32_t behavior,
                                     int64_t draw, const scnn_derivatives *results);

/* ---- metrics by hand ---- */

/* What a metric (JSON, as the compile configuration writes it) knows of the samples so far is a few sums, its tallies: zeros
 * at first, kept by the caller. How many they are may depend on the outputs' number of classes, which must then stay. */
scnn_status scnn_metric_tally_count(const char *metric, const scnn_array *outputs, int64_t *count);
/* Adds a batch. targets: class numbers for sparse metrics, else the shape of outputs; sample_weight: [n] or NULL. */
scnn_status scnn_metric_update(const char *metric, const scnn_array *targets, const scnn_array *outputs,
                               const scnn_array *sample_weight, double *tallies, int64_t count);
/* count may be 0: then nothing was added, and the value is 0. */
scnn_status scnn_metric_value(const char *metric, const double *tallies, int64_t count, double *value);

/* ---- files: safetensors, with the architecture in its metadata (docs/model-format.md) ---- */

/* Written to a temporary file beside `path`, synced and renamed over it. The optimizer's state is included if compiled. */
scnn_status scnn_model_save(const scnn_model *model, const char *path);
scnn_status scnn_model_load(const char *path, scnn_model **model);
/* Weights only. Loading checks every name and shape before a weight changes. */
scnn_status scnn_model_save_weights(const scnn_model *model, const char *path);
scnn_status scnn_model_load_weights(scnn_model *model, const char *path);
/* The bytes that scnn_model_save would write. */
scnn_status scnn_model_serialize(const scnn_model *model, uint8_t **bytes, int64_t *count);
/* A model from such bytes. Layers that are `shared` (NULL and 0: none) give their weights, as they are in the bytes, to the models
 * that they share them with. */
scnn_status scnn_model_deserialize(const uint8_t *bytes, int64_t count, const scnn_shared_layer *shared, int64_t shared_count,
                                   scnn_model **model);

#ifdef __cplusplus
}
#endif

#endif
