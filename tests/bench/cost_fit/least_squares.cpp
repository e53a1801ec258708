// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/cost_fit/least_squares.h"

#include <algorithm>
#include <cmath>

namespace tinsmith::bench {

namespace {

std::vector<double> descend(
    const std::vector<std::vector<double>> &x, const std::vector<double> &y, const std::vector<double> &weights)
{
    const std::size_t columns = x.empty() ? 0 : x.front().size();
    // Errors relative to y, and each column scaled to length 1, so that the descent takes even steps.
    std::vector<std::vector<double>> a(x.size(), std::vector<double>(columns));
    std::vector<double> length(columns, 0);
    for (std::size_t i = 0; i < x.size(); ++i) {
        for (std::size_t j = 0; j < columns; ++j) {
            a[i][j] = weights[i] * x[i][j] / y[i];
            length[j] += a[i][j] * a[i][j];
        }
    }
    std::vector<double> factors(columns, 0);
    std::vector<double> residual;
    for (const double weight : weights) {
        residual.push_back(-weight);
    }
    for (std::size_t j = 0; j < columns; ++j) {
        length[j] = std::sqrt(length[j]);
        for (auto &row : a) {
            row[j] = length[j] > 0 ? row[j] / length[j] : 0;
        }
    }
    for (int round = 0; round < 20000; ++round) {
        double largest = 0;
        for (std::size_t j = 0; j < columns; ++j) {
            double gradient = 0;
            for (std::size_t i = 0; i < a.size(); ++i) {
                gradient += a[i][j] * residual[i];
            }
            const double step = length[j] > 0 ? std::max(-gradient, -factors[j]) : 0;
            factors[j] += step;
            for (std::size_t i = 0; i < a.size(); ++i) {
                residual[i] += step * a[i][j];
            }
            largest = std::max(largest, std::abs(step));
        }
        if (largest < 1e-12) {
            break;
        }
    }
    for (std::size_t j = 0; j < columns; ++j) {
        factors[j] = length[j] > 0 ? factors[j] / length[j] : 0;
    }
    return factors;
}

} // namespace

std::vector<double> fitNonNegative(const std::vector<std::vector<double>> &x, const std::vector<double> &y)
{
    std::vector<double> weights(x.size(), 1);
    std::vector<double> factors;
    for (int round = 0; round < 12; ++round) {
        factors = descend(x, y, weights);
        for (std::size_t i = 0; i < x.size(); ++i) {
            double modelled = 0;
            for (std::size_t j = 0; j < factors.size(); ++j) {
                modelled += x[i][j] * factors[j];
            }
            weights[i] = 1 / std::sqrt(std::max(std::abs(modelled / y[i] - 1), 0.02));
        }
    }
    return factors;
}

} // namespace tinsmith::bench
