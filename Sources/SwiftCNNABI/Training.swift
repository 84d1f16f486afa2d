// The names are those of swiftcnn.h.
// swift-format-ignore-file: AlwaysUseLowerCamelCase

import CSwiftCNN
import SwiftCNN

@c @implementation
public func scnn_fit_options_init(_ options: UnsafeMutablePointer<scnn_fit_options>?) {
  let defaults = FitOptions()
  options?.pointee = scnn_fit_options(
    batch_size: Int64(defaults.batchSize), epochs: Int64(defaults.epochs), initial_epoch: Int64(defaults.initialEpoch),
    first_epoch: -1, steps_per_epoch: Int64(defaults.stepsPerEpoch), shuffle: defaults.shuffle ? 1 : 0,
    validation_split: defaults.validationSplit, validation: nil,
    validation_source: nil, validation_batch_size: Int64(defaults.validationBatchSize),
    validation_steps: Int64(defaults.validationSteps), validation_freq: Int64(defaults.validationFrequency),
    validation_epochs: nil, validation_epoch_count: 0, class_weights: nil, class_weight_count: 0)
}

private func fitOptions(_ options: scnn_fit_options) throws(SwiftCNNError) -> FitOptions {
  var result = FitOptions()
  result.batchSize = Int(options.batch_size)
  result.epochs = Int(options.epochs)
  result.initialEpoch = Int(options.initial_epoch)
  result.firstEpoch = options.first_epoch < 0 ? nil : Int(options.first_epoch)
  result.stepsPerEpoch = Int(options.steps_per_epoch)
  result.shuffle = options.shuffle != 0
  result.validationSplit = options.validation_split
  result.validationBatchSize = Int(options.validation_batch_size)
  result.validationSteps = Int(options.validation_steps)
  result.validationFrequency = Int(options.validation_freq)
  result.validation = options.validation == nil ? nil : try samples(options.validation, "validation")
  result.validationSource = try options.validation_source.map { source throws(SwiftCNNError) in
    try CallersSource(source.pointee)
  }
  if options.validation_epochs != nil {
    let epochs = try buffer(options.validation_epochs, options.validation_epoch_count, "validation_epochs")
    result.validationEpochs = Set(epochs.map { Int($0) })
  }
  result.classWeights = try classWeights(options.class_weights, options.class_weight_count)
  return result
}

@c @implementation
public func scnn_model_fit(
  _ model: OpaquePointer?, _ samples: UnsafePointer<scnn_samples>?, _ options: UnsafePointer<scnn_fit_options>?,
  _ callback: scnn_callback?, _ context: UnsafeMutableRawPointer?
) -> scnn_status {
  report { () throws(SwiftCNNError) in
    _ = try SwiftCNNABI.model(model).fit(
      try SwiftCNNABI.samples(samples, "samples"), options: try fitOptions(try required(options, "options").pointee),
      onEvent: handler(callback, context))
  }
}

@c @implementation
public func scnn_model_fit_source(
  _ model: OpaquePointer?, _ source: UnsafePointer<scnn_batch_source>?, _ options: UnsafePointer<scnn_fit_options>?,
  _ callback: scnn_callback?, _ context: UnsafeMutableRawPointer?
) -> scnn_status {
  report { () throws(SwiftCNNError) in
    _ = try SwiftCNNABI.model(model).fit(
      try CallersSource(try required(source, "source").pointee),
      options: try fitOptions(try required(options, "options").pointee), onEvent: handler(callback, context))
  }
}

@c @implementation
public func scnn_model_train_on_batch(
  _ model: OpaquePointer?, _ samples: UnsafePointer<scnn_samples>?, _ classWeights: UnsafePointer<scnn_class_weight>?,
  _ classWeightCount: Int64, _ values: UnsafeMutablePointer<Double>?, _ count: Int64
) -> scnn_status {
  report { () throws(SwiftCNNError) in
    let model = try SwiftCNNABI.model(model)
    let values = try SwiftCNNABI.values(of: model, values, count)
    let scores = try model.trainOnBatch(
      try SwiftCNNABI.samples(samples, "samples"), classWeights: try SwiftCNNABI.classWeights(classWeights, classWeightCount))
    write(scores.numbers, to: values)
  }
}

@c @implementation
public func scnn_model_gradients(
  _ model: OpaquePointer?, _ samples: UnsafePointer<scnn_samples>?, _ training: Int32, _ loss: UnsafeMutablePointer<Double>?,
  _ gradients: UnsafeMutablePointer<Float>?, _ count: Int64
) -> scnn_status {
  report { () throws(SwiftCNNError) in
    let loss = try required(loss, "loss")
    loss.pointee = try SwiftCNNABI.model(model).gradients(
      try SwiftCNNABI.samples(samples, "samples"), training: training != 0, into: try buffer(gradients, count, "gradients"))
  }
}
