/// The matrices of F(4x4, 3x3) as the reference prints them, and their application to plain arrays of doubles.
enum WinogradReference {
  static let inputMatrix: [[Double]] = [
    [4, 0, -5, 0, 1, 0], [0, -4, -4, 1, 1, 0], [0, 4, -4, -1, 1, 0], [0, -2, -1, 2, 1, 0], [0, 2, -1, -2, 1, 0],
    [0, 4, 0, -5, 0, 1],
  ]
  static let kernelMatrix: [[Double]] = [
    [1 / 4, 0, 0], [-1 / 6, -1 / 6, -1 / 6], [-1 / 6, 1 / 6, -1 / 6], [1 / 24, 1 / 12, 1 / 6], [1 / 24, -1 / 12, 1 / 6],
    [0, 0, 1],
  ]
  static let outputMatrix: [[Double]] = [[1, 1, 1, 1, 1, 0], [0, 1, -1, 2, -2, 0], [0, 1, 1, 4, 4, 0], [0, 1, -1, 8, -8, 1]]

  /// F(2, 3)'s for the kernels of F(4, 3), with zeros for what it has not.
  static let narrowInputMatrix: [[Double]] = [
    [4, 0, -4, 0, 0, 0], [0, -3, -3, 0, 0, 0], [0, 3, -3, 0, 0, 0], [0, 0, 0, 0, 0, 0], [0, 0, 0, 0, 0, 0], [0, -1, 0, 1, 0, 0],
  ]
  static let narrowOutputMatrix: [[Double]] = [
    [1, 1, 1, 0, 0, 0], [0, 1, -1, 0, 0, 1], [0, 0, 0, 0, 0, 0], [0, 0, 0, 0, 0, 0],
  ]

  static func transposed(_ matrix: [[Double]]) -> [[Double]] {
    matrix[0].indices.map { column in matrix.map { $0[column] } }
  }

  /// matrix · x · other', x square; the other matrix is the same unless it is given.
  static func sandwich(_ matrix: [[Double]], _ x: [[Double]], _ other: [[Double]]? = nil) -> [[Double]] {
    let half = product(matrix, x)
    return product(half, transposed(other ?? matrix))
  }

  private static func product(_ a: [[Double]], _ b: [[Double]]) -> [[Double]] {
    a.map { row in
      b[0].indices.map { column in row.indices.reduce(0) { $0 + row[$1] * b[$1][column] } }
    }
  }
}
