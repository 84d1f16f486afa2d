/* Trains a small network from C, through swiftcnn.h alone: tells images with a bright left half from those with a bright
 * right half. Prints what happened; ends with 1 at the first failure. Usage: train FILE (where the model is saved). */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "swiftcnn.h"

enum { images = 256, side = 8, classes = 2, pixels = side * side };

static const char *const architecture =
    "{\"format\": 1, \"class\": \"Sequential\", \"input\": {\"shape\": [8, 8, 1]}, \"layers\": ["
    "{\"class\": \"Conv2D\", \"config\": {\"filters\": 4, \"kernel_size\": [3, 3], \"activation\": \"relu\"}},"
    "{\"class\": \"MaxPooling2D\"}, {\"class\": \"Flatten\"},"
    "{\"class\": \"Dense\", \"config\": {\"units\": 2, \"activation\": \"softmax\"}}]}";

static const char *const configuration =
    "{\"optimizer\": {\"class\": \"Adam\", \"config\": {\"learning_rate\": 0.01}},"
    " \"loss\": {\"class\": \"SparseCategoricalCrossentropy\"},"
    " \"metrics\": [{\"class\": \"accuracy\", \"name\": \"accuracy\"}]}";

static void require(scnn_status status, const char *what) {
  if (status == SCNN_OK) return;
  fprintf(stderr, "%s failed with status %d: %s\n", what, (int)status, scnn_last_error());
  exit(1);
}

static void check(int truth, const char *what) {
  if (truth) return;
  fprintf(stderr, "not so: %s\n", what);
  exit(1);
}

/* ---- data ---- */

static uint8_t x_data[images][side][side];
static int32_t y_data[images];

static void fill_data(void) {
  uint32_t random = 1;
  for (int i = 0; i < images; i++) {
    y_data[i] = i % classes;
    for (int pixel = 0; pixel < pixels; pixel++) {
      random = random * 1664525u + 1013904223u;
      int right = pixel % side >= side / 2;
      x_data[i][pixel / side][pixel % side] = (uint8_t)((random >> 26) % 2 + (right == y_data[i] ? 2 : 0));
    }
  }
}

static scnn_array x_array(int count) {
  return (scnn_array){.data = x_data, .dtype = SCNN_UINT8, .rank = 4, .shape = {count, side, side, 1},
                      .strides = {pixels, side, 1, 1}};
}

static scnn_array y_array(int count) {
  return (scnn_array){.data = y_data, .dtype = SCNN_INT32, .rank = 1, .shape = {count}, .strides = {sizeof(int32_t)}};
}

/* The samples of one input and one output. The pointers are to live as long as it is used. */
static scnn_samples samples_of(const scnn_array *const *x, const scnn_array *const *y) {
  return (scnn_samples){.input_count = 1, .inputs = x, .output_count = 1, .targets = y};
}

/* ---- steps ---- */

static int32_t count_batches(void *context, const scnn_event *event) {
  if (event->kind == SCNN_TRAIN_BATCH_END) ++*(int *)context;
  return SCNN_CONTINUE;
}

static int32_t cancel(void *context, const scnn_event *event) {
  (void)context;
  return event->kind == SCNN_TRAIN_BATCH_END ? SCNN_CANCEL : SCNN_CONTINUE;
}

static void train(scnn_model *model) {
  scnn_array x = x_array(images), y = y_array(images);
  const scnn_array *inputs[] = {&x}, *targets[] = {&y};
  scnn_samples samples = samples_of(inputs, targets);
  scnn_fit_options options;
  scnn_fit_options_init(&options);
  options.epochs = 5;
  options.batch_size = 48;
  int batches = 0;
  require(scnn_model_fit(model, &samples, &options, count_batches, &batches), "fit");
  printf("batches %d\n", batches);
  check(scnn_model_fit(model, &samples, &options, cancel, NULL) == SCNN_CANCELLED, "a callback can cancel a fit");
}

/* Gives the images in batches of 48, the last of 16. */
typedef struct {
  int next, begun, ended, failing;
  scnn_array x, y;
  const scnn_array *inputs[1], *targets[1];
  scnn_samples samples;
} batches;

static int32_t begin_epoch(void *context, int64_t epoch) {
  batches *b = context;
  b->next = 0;
  b->begun++;
  return epoch < 3; /* there are no more */
}

static int32_t next_batch(void *context, const scnn_samples **batch) {
  batches *b = context;
  if (b->failing) return -1;
  if (b->next == images) return 0;
  int count = images - b->next < 48 ? images - b->next : 48;
  b->x = x_array(count);
  b->y = y_array(count);
  b->x.data = x_data[b->next];
  b->y.data = &y_data[b->next];
  b->inputs[0] = &b->x;
  b->targets[0] = &b->y;
  b->samples = samples_of(b->inputs, b->targets);
  b->next += count;
  *batch = &b->samples;
  return 1;
}

static int32_t end_epoch(void *context) {
  ((batches *)context)->ended++;
  return 0;
}

/* Batches one by one give the bits of arrays in the same order. */
static void train_on_batches(void) {
  static float weights[2][36];
  for (int one_by_one = 0; one_by_one < 2; one_by_one++) {
    scnn_array x = x_array(images), y = y_array(images);
    const scnn_array *inputs[] = {&x}, *targets[] = {&y};
    scnn_samples samples = samples_of(inputs, targets);
    batches data = {0}, held = {0};
    scnn_batch_source source = {&data, "x", 6, begin_epoch, next_batch, end_epoch};
    scnn_batch_source validation = {&held, NULL, 0, NULL, next_batch, NULL};
    int64_t validated[] = {0};
    scnn_model *model;
    scnn_fit_options options;
    scnn_fit_options_init(&options);
    options.batch_size = 48;
    options.shuffle = 0;
    options.epochs = 3;
    options.validation_source = &validation;
    options.validation_epochs = validated;
    options.validation_epoch_count = 1;
    require(scnn_model_create(architecture, 7, NULL, 0, &model), "create");
    require(scnn_model_compile(model, configuration), "compile");
    if (one_by_one) {
      options.epochs = 9;
      require(scnn_model_fit_source(model, &source, &options, NULL, NULL), "fit_source");
      check(data.begun == 4 && data.ended == 3, "epochs are begun and ended");
      double values[2];
      held.next = 0;
      require(scnn_model_evaluate_source(model, &validation, 2, NULL, NULL, values, 2), "evaluate_source");
      check(held.next == 96, "an evaluation takes as many steps as are asked for");
      data.failing = 1;
      check(scnn_model_fit_source(model, &source, &options, NULL, NULL) == SCNN_CANCELLED, "a source can fail");
      source.next = NULL;
      check(scnn_model_fit_source(model, &source, &options, NULL, NULL) == SCNN_INVALID_VALUE, "a source has a function next");
      check(scnn_model_fit_source(model, NULL, &options, NULL, NULL) == SCNN_INVALID_VALUE, "no source is refused");
    } else {
      require(scnn_model_fit(model, &samples, &options, NULL, NULL), "fit");
    }
    check(held.next > 0, "it was validated");
    require(scnn_model_get_weight(model, 0, weights[one_by_one], 36), "get_weight");
    scnn_model_free(model);
  }
  check(memcmp(weights[0], weights[1], sizeof weights[0]) == 0, "batches one by one give the same bits");
}

static void evaluate(scnn_model *model) {
  scnn_array x = x_array(images), y = y_array(images);
  const scnn_array *inputs[] = {&x}, *targets[] = {&y};
  scnn_samples samples = samples_of(inputs, targets);
  double values[2];
  require(scnn_model_evaluate(model, &samples, 32, 0, NULL, NULL, values, 2), "evaluate");
  printf("loss %.6f accuracy %.6f\n", values[0], values[1]);
}

static scnn_status predict_with(scnn_model *model, const scnn_array *x, float *output, int64_t count) {
  return scnn_model_predict(model, &x, 1, 32, 0, NULL, NULL, &output, &count, 1);
}

static void predict(scnn_model *model, float *output) {
  scnn_array x = x_array(images);
  require(predict_with(model, &x, output, images * classes), "predict");
}

static void save_and_load(scnn_model *model, const char *path) {
  static float before[images * classes], after[images * classes];
  scnn_array x = x_array(images);
  const scnn_array *inputs[] = {&x};
  float *outputs[] = {after};
  int64_t counts[] = {images * classes};
  scnn_model *loaded;
  predict(model, before);
  require(scnn_model_call(model, inputs, 1, SCNN_INFERENCE, 0, outputs, counts, 1), "call");
  check(memcmp(before, after, sizeof before) == 0, "a call as for inference predicts the same bits");
  require(scnn_model_save(model, path), "save");
  require(scnn_model_load(path, &loaded), "load");
  predict(loaded, after);
  check(memcmp(before, after, sizeof before) == 0, "a loaded model predicts the same bits");
  scnn_model_free(loaded);
}

/* y = w·(a + b) + 2c by a dense layer with the bias c, which two inputs share: so its gradients are known. */
static const char *const branching =
    "{\"format\": 2, \"class\": \"Functional\", \"inputs\": [{\"name\": \"a\", \"shape\": [3]}, {\"name\": \"b\", \"shape\": [3]}],"
    " \"layers\": [{\"class\": \"Dense\", \"config\": {\"units\": 1}}, {\"class\": \"Add\"}],"
    " \"nodes\": [[0, 0], [0, 1], [1, 2, 3]], \"outputs\": [4]}";

static scnn_array rows_of(const float *values, int columns) {
  return (scnn_array){.data = (void *)values, .dtype = SCNN_FLOAT32, .rank = 2, .shape = {2, columns},
                      .strides = {columns * (int64_t)sizeof(float), sizeof(float)}};
}

static void differentiate(void) {
  const float a[] = {1, 2, 3, 4, 5, 6}, b[] = {0, 1, 0, 1, 0, 1}, dy[] = {1, -2}, weights[] = {3, 5, 7, 0.5f};
  float y[2], dw[4], da[6], db[6], *outputs[] = {y}, *input_gradients[] = {da, db};
  int64_t output_counts[] = {2}, input_counts[] = {6, 6};
  scnn_derivatives results = {outputs, output_counts, 1, dw, 4, input_gradients, input_counts, 2};
  scnn_array arrays[] = {rows_of(a, 3), rows_of(b, 3), rows_of(dy, 1)};
  const scnn_array *inputs[] = {&arrays[0], &arrays[1]}, *output_gradients[] = {&arrays[2]};
  scnn_model *model;
  require(scnn_model_create(branching, 1, NULL, 0, &model), "create a graph");
  require(scnn_model_set_weights(model, weights, 4), "set_weights");
  require(scnn_model_differentiate(model, inputs, 2, output_gradients, 1, SCNN_INFERENCE, 0, &results), "differentiate");
  for (int row = 0; row < 2; row++) {
    float sum = 1;
    for (int i = 0; i < 3; i++) {
      int place = 3 * row + i;
      sum += weights[i] * (a[place] + b[place]);
      check(da[place] == dy[row] * weights[i] && db[place] == da[place], "inputs have their gradients");
    }
    check(y[row] == sum, "outputs are computed");
  }
  for (int i = 0; i < 3; i++) {
    check(dw[i] == dy[0] * (a[i] + b[i]) + dy[1] * (a[3 + i] + b[3 + i]), "a shared weight's gradients are added");
  }
  check(dw[3] == 2 * (dy[0] + dy[1]), "so are a shared bias's");
  scnn_model_free(model);
}

/* A second model whose dense layer has the weights of the first one's. */
static void share(void) {
  const float weights[] = {3, 5, 7, 0.5f};
  float kernel[3];
  scnn_model *first, *second;
  require(scnn_model_create(branching, 1, NULL, 0, &first), "create a model");
  scnn_shared_layer dense = {0, first, 0}, add = {1, first, 1}, none = {0, first, 2};
  const scnn_shared_layer shared[] = {dense, add};
  require(scnn_model_create(branching, 2, shared, 2, &second), "create a model that shares");
  require(scnn_model_set_weights(first, weights, 4), "set_weights");
  require(scnn_model_get_weight(second, 0, kernel, 3), "get_weight");
  check(kernel[0] == 3 && kernel[1] == 5 && kernel[2] == 7, "a shared weight changes in both models");
  scnn_model_free(first);
  require(scnn_model_get_weight(second, 0, kernel, 3), "get_weight after the first model was freed");
  check(kernel[2] == 7, "a shared weight stays when the first model is freed");
  none.model = second;
  check(scnn_model_create(branching, 2, &none, 1, &first) == SCNN_INVALID_VALUE, "a shared layer that is not there is refused");
  check(scnn_model_create(branching, 2, NULL, 1, &first) == SCNN_INVALID_VALUE, "shared layers that are NULL are refused");
  check(scnn_model_create(branching, 2, shared, -1, &first) == SCNN_INVALID_VALUE, "fewer than no shared layers are refused");
  scnn_model_free(second);
}

static void make_mistakes(scnn_model *model) {
  scnn_array x = x_array(images), flat = x_array(images);
  float output[images * classes];
  flat.rank = 2;
  check(predict_with(model, &flat, output, images * classes) == SCNN_INVALID_VALUE, "a wrong rank is refused");
  printf("message %s\n", scnn_last_error());
  scnn_array vast = {.data = x_data, .dtype = SCNN_FLOAT32, .rank = 4, .shape = {0, INT64_MAX, INT64_MAX, 2}};
  check(predict_with(model, &vast, output, 0) == SCNN_INVALID_VALUE, "a vast empty array is refused");
  x.dtype = 99;
  check(predict_with(model, &x, output, images * classes) == SCNN_INVALID_TYPE, "a wrong dtype is refused");
  check(scnn_model_predict(NULL, NULL, 1, 32, 0, NULL, NULL, NULL, NULL, -1) == SCNN_INVALID_VALUE, "no model is refused");
  check(scnn_model_predict(model, NULL, 1, 32, 0, NULL, NULL, NULL, NULL, 0) == SCNN_INVALID_VALUE, "no inputs are refused");
  check(predict_with(model, NULL, output, images * classes) == SCNN_INVALID_VALUE, "an input that is NULL is refused");
  check(scnn_model_fit(model, NULL, NULL, NULL, NULL) == SCNN_INVALID_VALUE, "no samples are refused");
  check(scnn_model_load("no such file", &model) == SCNN_IO, "a missing file is an input/output error");
  check(scnn_model_create("{", 0, NULL, 0, &model) == SCNN_INVALID_VALUE, "broken JSON is refused");
  check(scnn_set_num_threads(0) == SCNN_INVALID_VALUE, "no threads are refused");
}

int main(int argc, char **argv) {
  if (argc != 2) return 2;
  scnn_model *model;
  char *json;
  fill_data();
  require(scnn_build_info(&json), "build_info");
  printf("version %s\nbuild_info %s\n", scnn_version(), json);
  scnn_free(json);
  require(scnn_settings_schema(&json), "settings_schema");
  check(strstr(json, "\"beta_1\"") != NULL, "the schema has the settings of Adam");
  scnn_free(json);
  require(scnn_model_create(architecture, 7, NULL, 0, &model), "create");
  require(scnn_model_compile(model, configuration), "compile");
  train(model);
  train_on_batches();
  evaluate(model);
  save_and_load(model, argv[1]);
  differentiate();
  share();
  make_mistakes(model);
  scnn_model_free(model);
  scnn_model_free(NULL);
  return 0;
}
