import Testing

@testable import SwiftCNN

@Suite("Settings by themselves")
struct SettingsTests {
  @Test(
    "what no model could be built or compiled with is refused before there is one",
    arguments: [
      (.layer, #"{"class": "Dense", "config": {"units": 0}}"#, "units must be a positive integer, got 0"),
      (
        .layer, #"{"class": "Dense", "config": {"units": 1, "kernel_regularizer": {"class": "L2", "config": {"l2": -1}}}}"#,
        "Dense: the regularizer of kernel"
      ),
      (.layer, #"{"class": "Dropout", "config": {"rate": -0.5}}"#, "Dropout: rate must be from 0 to 1, got -0.5"),
      (.layer, #"{"class": "Conv2D", "config": {"filters": 3, "kernel_size": 3, "groups": 2}}"#, "must divide the filters"),
      (.layer, #"{"class": "Reshape", "config": {"target_shape": [-2, 5]}}"#, "target_shape must be positive sizes"),
      (.loss, #"{"class": "Huber", "config": {"delta": "x"}}"#, "the loss"),
      (.metric, #"{"class": "AUC", "config": {"curve": "x"}}"#, #"curve must be 'ROC' or 'PR', got "x""#),
      (.metric, #"{"class": "Huber", "config": {"delta": 0}}"#, "Huber: delta must be a finite number above 0, got 0"),
      (.optimizer, #"{"class": "SGD", "config": {"momentum": 2}}"#, "SGD: momentum must be from 0 to 1, got 2.0"),
      (.optimizer, #"{"class": "AdamW", "config": {"weight_decay": null}}"#, "has no weight_decay"),
      (.learningRate, "-1", "learning_rate must be a finite number of at least 0"),
      (.initializer, #"{"name": "variance_scaling", "mode": "x"}"#, "mode must be 'fan_in' or"),
      (.regularizer, #"{"class": "L1L2", "config": {"l1": -1}}"#, "the regularizer: l1 must be a finite number of"),
      (.constraint, #"{"class": "MaxNorm", "config": {"max_value": -1}}"#, "the constraint: max_value must be"),
    ] as [(Settings.Kind, String, String)])
  func refused(_ kind: Settings.Kind, _ json: String, _ message: String) {
    expectError(message) { try Settings.check(kind, json: json) }
  }

  @Test("what fits some input is accepted")
  func accepted() throws {
    try Settings.check(.layer, json: #"{"class": "Conv2D", "config": {"filters": 4, "kernel_size": 300, "groups": 2}}"#)
    try Settings.check(.layer, json: #"{"class": "Permute", "config": {"dims": [2, 1]}}"#)
    try Settings.check(.metric, json: #"{"class": "accuracy"}"#)
    try Settings.check(.optimizer, json: #"{"class": "Adam"}"#)
    try Settings.check(.learningRate, json: "0.1")
  }
}
