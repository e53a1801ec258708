// SPDX-License-Identifier: Apache-2.0
// Made by tinsmith_cost_fit (tests/bench/cost_fit); not to be edited. Behind each line: layers measured, median and
// largest error of the fit.
#include "core/cost/coefficients.h"

namespace tinsmith {
namespace {

using K = KernelKind;
using V = KernelVariant;

// clang-format off
constexpr FittedKernel table[] = {
    {Core::CortexM0, V::Portable, false, K::FirstConvolution, {0, 0, 171.51, 26.8999, 7.90346, 0, 1.30702, 7.1647, 1.32}}, // 9, 2.6 %, 5.1 %
    {Core::CortexM0, V::Portable, false, K::Convolution, {0, 0, 0, 70.3426, 0, 0, 8.90375, 5.51198, 1.31}}, // 12, 3.7 %, 10.6 %
    {Core::CortexM0, V::Portable, false, K::Pointwise, {0, 193.632, 24.8729, 62.284, 1.46109e-14, 0, 0, 6.7549, 1.312}}, // 12, 0.2 %, 0.3 %
    {Core::CortexM0, V::Portable, false, K::Depthwise, {27711.8, 0, 0, 68.6751, 19.5638, 0, 9.68055, 1.08773e-15, 1.388}}, // 12, 4.6 %, 20.1 %
    {Core::CortexM0, V::Portable, false, K::Dense, {0, 0, 0, 47.6677, 0, 3.12799, 0, 5.43178, 1.36}}, // 10, 1.1 %, 4.5 %
    {Core::CortexM0, V::Portable, false, K::Pool, {19414.6, 0, 0, 0, 0, 6.41251, 0, 0, 1.377}}, // 8, 10.1 %, 49.6 %
    {Core::CortexM0, V::Portable, false, K::Add, {415.628, 1.1721e-12, 0, 126.763, 0, 5.77309e-17, 0, 0, 1.231}}, // 4, 1.0 %, 1.8 %
    {Core::CortexM0, V::Portable, false, K::Map, {3.93123, 9.58199e-14, 0, 6.00053, 0, 6.16006e-17, 0, 0, 1.834}}, // 6, 0.0 %, 0.0 %
    {Core::CortexM0, V::Portable, false, K::Transcendental, {0, 0, 0, 473.047, 0, 9.54871e-14, 0, 0, 1.334}}, // 5, 2.0 %, 7.3 %
    {Core::CortexM0, V::Portable, false, K::Move, {126.441, 2.76898e-15, 0, 0.479582, 0, 4.74686e-17, 0, 0, 1.594}}, // 6, 45.3 %, 61.1 %
    {Core::CortexM0, V::Portable, false, K::Reduce, {102.317, 7.47583e-15, 0, 36.194, 0, 6.00758, 0, 0, 1.457}}, // 4, 0.8 %, 1.5 %
    {Core::CortexM0, V::Portable, true, K::FirstConvolution, {0, 0, 0, 23.7718, 30.1996, 43.12, 0, 12.3694, 1.623}}, // 9, 5.2 %, 21.7 %
    {Core::CortexM0, V::Portable, true, K::Convolution, {0, 0, 0, 0, 88.5793, 55.2767, 0, 8.92695, 1.825}}, // 12, 5.3 %, 9.4 %
    {Core::CortexM0, V::Portable, true, K::Pointwise, {0, 0, 178.262, 0, 0, 0, 0, 11.2656, 1.917}}, // 12, 6.9 %, 8.7 %
    {Core::CortexM0, V::Portable, true, K::Depthwise, {0, 0, 8.21676, 54.6853, 26.0842, 0, 12.8429, 1.27895e-15, 1.519}}, // 12, 5.8 %, 9.4 %
    {Core::CortexM0, V::Portable, true, K::Dense, {0, 0, 0, 26.5402, 0, 1.99497, 0, 9.93097, 1.97}}, // 10, 0.7 %, 1.3 %
    {Core::CortexM0, V::Portable, true, K::Pool, {0, 0, 0, 0, 5.29612, 14.7648, 0, 0, 1.532}}, // 8, 13.6 %, 25.6 %
    {Core::CortexM0, V::Portable, true, K::Add, {0, 0, 0, 16.9955, 0, 9.15554e-16, 0, 0, 1.837}}, // 4, 3.2 %, 10.6 %
    {Core::CortexM0, V::Portable, true, K::Map, {149.518, 1.33179e-13, 0, 14.0678, 0, 1.72287e-16, 0, 0, 1.917}}, // 6, 36.5 %, 41.3 %
    {Core::CortexM0, V::Portable, true, K::Transcendental, {0, 0, 0, 26.4217, 0, 0, 0, 0, 2.008}}, // 5, 9.2 %, 22.9 %
    {Core::CortexM0, V::Portable, true, K::Move, {85.6243, 1.1385e-14, 0, 0.618606, 0, 2.17992e-17, 0, 0, 1.549}}, // 6, 32.5 %, 54.3 %
    {Core::CortexM0, V::Portable, true, K::Reduce, {0, 0, 0, 0, 0, 6.34907, 0, 0, 1.956}}, // 4, 9.6 %, 22.8 %
    {Core::CortexM0Plus, V::Portable, false, K::FirstConvolution, {0, 0, 171.51, 26.8999, 7.90346, 0, 1.30702, 7.1647, 1.268}}, // 9, 2.6 %, 5.1 %
    {Core::CortexM0Plus, V::Portable, false, K::Convolution, {0, 0, 0, 70.3426, 0, 0, 8.90375, 5.51198, 1.263}}, // 12, 3.7 %, 10.6 %
    {Core::CortexM0Plus, V::Portable, false, K::Pointwise, {0, 193.632, 24.8729, 62.284, 1.46109e-14, 0, 0, 6.7549, 1.274}}, // 12, 0.2 %, 0.3 %
    {Core::CortexM0Plus, V::Portable, false, K::Depthwise, {27711.8, 0, 0, 68.6751, 19.5638, 0, 9.68055, 1.08773e-15, 1.298}}, // 12, 4.6 %, 20.1 %
    {Core::CortexM0Plus, V::Portable, false, K::Dense, {0, 0, 0, 47.6677, 0, 3.12799, 0, 5.43178, 1.298}}, // 10, 1.1 %, 4.5 %
    {Core::CortexM0Plus, V::Portable, false, K::Pool, {19414.6, 0, 0, 0, 0, 6.41251, 0, 0, 1.259}}, // 8, 10.1 %, 49.6 %
    {Core::CortexM0Plus, V::Portable, false, K::Add, {415.628, 1.1721e-12, 0, 126.763, 0, 5.77309e-17, 0, 0, 1.217}}, // 4, 1.0 %, 1.8 %
    {Core::CortexM0Plus, V::Portable, false, K::Map, {3.93123, 9.58199e-14, 0, 6.00053, 0, 6.16006e-17, 0, 0, 1.668}}, // 6, 0.0 %, 0.0 %
    {Core::CortexM0Plus, V::Portable, false, K::Transcendental, {0, 0, 0, 473.047, 0, 9.54871e-14, 0, 0, 1.226}}, // 5, 2.0 %, 7.3 %
    {Core::CortexM0Plus, V::Portable, false, K::Move, {126.441, 2.76898e-15, 0, 0.479582, 0, 4.74686e-17, 0, 0, 1.365}}, // 6, 45.3 %, 61.1 %
    {Core::CortexM0Plus, V::Portable, false, K::Reduce, {102.317, 7.47583e-15, 0, 36.194, 0, 6.00758, 0, 0, 1.305}}, // 4, 0.8 %, 1.5 %
    {Core::CortexM0Plus, V::Portable, true, K::FirstConvolution, {0, 0, 0, 23.7718, 30.1996, 43.12, 0, 12.3694, 1.461}}, // 9, 5.2 %, 21.7 %
    {Core::CortexM0Plus, V::Portable, true, K::Convolution, {0, 0, 0, 0, 88.5793, 55.2767, 0, 8.92695, 1.588}}, // 12, 5.3 %, 9.4 %
    {Core::CortexM0Plus, V::Portable, true, K::Pointwise, {0, 0, 178.262, 0, 0, 0, 0, 11.2656, 1.645}}, // 12, 6.9 %, 8.7 %
    {Core::CortexM0Plus, V::Portable, true, K::Depthwise, {0, 0, 8.21676, 54.6853, 26.0842, 0, 12.8429, 1.27895e-15, 1.397}}, // 12, 5.8 %, 9.4 %
    {Core::CortexM0Plus, V::Portable, true, K::Dense, {0, 0, 0, 26.5402, 0, 1.99497, 0, 9.93097, 1.679}}, // 10, 0.7 %, 1.3 %
    {Core::CortexM0Plus, V::Portable, true, K::Pool, {0, 0, 0, 0, 5.29612, 14.7648, 0, 0, 1.371}}, // 8, 13.6 %, 25.6 %
    {Core::CortexM0Plus, V::Portable, true, K::Add, {0, 0, 0, 16.9955, 0, 9.15554e-16, 0, 0, 1.59}}, // 4, 3.2 %, 10.6 %
    {Core::CortexM0Plus, V::Portable, true, K::Map, {149.518, 1.33179e-13, 0, 14.0678, 0, 1.72287e-16, 0, 0, 1.647}}, // 6, 36.5 %, 41.3 %
    {Core::CortexM0Plus, V::Portable, true, K::Transcendental, {0, 0, 0, 26.4217, 0, 0, 0, 0, 1.719}}, // 5, 9.2 %, 22.9 %
    {Core::CortexM0Plus, V::Portable, true, K::Move, {85.6243, 1.1385e-14, 0, 0.618606, 0, 2.17992e-17, 0, 0, 1.339}}, // 6, 32.5 %, 54.3 %
    {Core::CortexM0Plus, V::Portable, true, K::Reduce, {0, 0, 0, 0, 0, 6.34907, 0, 0, 1.642}}, // 4, 9.6 %, 22.8 %
    {Core::CortexM3, V::Portable, false, K::FirstConvolution, {1201.33, 0, 38.8513, 37.3144, 4.98922, 0, 0, 3.19447, 1.561}}, // 9, 1.1 %, 1.9 %
    {Core::CortexM3, V::Portable, false, K::Convolution, {0, 0, 72.4181, 49.1532, 0, 0, 2.73494, 3.05689, 1.699}}, // 12, 2.0 %, 11.1 %
    {Core::CortexM3, V::Portable, false, K::Pointwise, {0, 155.862, 19.5022, 38.6372, 1.82157e-15, 0.289478, 0, 2.99433, 1.651}}, // 12, 0.2 %, 0.4 %
    {Core::CortexM3, V::Portable, false, K::Depthwise, {4599.7, 0, 0, 35.78, 15.6454, 0, 7.67519, 4.11887e-17, 1.449}}, // 12, 8.1 %, 15.6 %
    {Core::CortexM3, V::Portable, false, K::Dense, {0, 0, 0, 29.3748, 0, 3.8698, 0, 2.89288, 1.767}}, // 10, 2.8 %, 11.3 %
    {Core::CortexM3, V::Portable, false, K::Pool, {7453.89, 238.814, 0, 0, 0, 7.13587, 0, 0, 1.373}}, // 8, 13.0 %, 34.7 %
    {Core::CortexM3, V::Portable, false, K::Add, {369.987, 8.38151e-13, 0, 32.8163, 0, 7.94952e-16, 0, 0, 1.181}}, // 4, 3.4 %, 6.0 %
    {Core::CortexM3, V::Portable, false, K::Map, {6.99195, 2.69056e-14, 0, 5.00006, 0, 4.79022e-16, 0, 0, 1.599}}, // 6, 0.0 %, 0.0 %
    {Core::CortexM3, V::Portable, false, K::Transcendental, {0, 0, 0, 276.306, 0, 3.9676e-15, 0, 0, 1.43}}, // 5, 1.7 %, 6.1 %
    {Core::CortexM3, V::Portable, false, K::Move, {38.0431, 2.30969e-14, 0, 0.795739, 0, 0, 0, 0, 1.364}}, // 6, 17.0 %, 22.4 %
    {Core::CortexM3, V::Portable, false, K::Reduce, {24.2067, 1.8353e-15, 0, 25.221, 0, 4.00418, 0, 0, 1.653}}, // 4, 0.2 %, 0.4 %
    {Core::CortexM3, V::Portable, true, K::FirstConvolution, {0, 0, 0, 8.11251, 18.4059, 46.2394, 0, 11.9513, 1.64}}, // 9, 7.0 %, 23.0 %
    {Core::CortexM3, V::Portable, true, K::Convolution, {0, 0, 0, 0, 85.4679, 60.5379, 0, 7.33571, 1.878}}, // 12, 6.0 %, 10.8 %
    {Core::CortexM3, V::Portable, true, K::Pointwise, {0, 3.20024, 5.53195, 17.0963, 2.60663e-15, 0.576046, 0, 8.99177, 1.98}}, // 12, 0.0 %, 0.2 %
    {Core::CortexM3, V::Portable, true, K::Depthwise, {0, 0, 191.358, 17.0502, 22.1136, 0, 11.0638, 1.33693e-15, 1.534}}, // 12, 6.0 %, 9.2 %
    {Core::CortexM3, V::Portable, true, K::Dense, {9.44796, 2.16195e-15, 0, 18.1139, 0, 0, 0, 8.99702, 1.991}}, // 10, 0.1 %, 0.4 %
    {Core::CortexM3, V::Portable, true, K::Pool, {0, 1325.6, 52.6548, 0, 5.70813, 8.35212, 0, 0, 1.683}}, // 8, 14.9 %, 33.9 %
    {Core::CortexM3, V::Portable, true, K::Add, {0, 0, 0, 13.8145, 0, 1.4213e-15, 0, 0, 1.872}}, // 4, 2.5 %, 7.9 %
    {Core::CortexM3, V::Portable, true, K::Map, {124.965, 4.11868e-13, 0, 11.7468, 0, 2.75157e-15, 0, 0, 1.904}}, // 6, 39.3 %, 44.0 %
    {Core::CortexM3, V::Portable, true, K::Transcendental, {0, 0, 0, 22.7949, 0, 1.42286e-16, 0, 0, 2.087}}, // 5, 7.6 %, 20.0 %
    {Core::CortexM3, V::Portable, true, K::Move, {873.951, 1.22162e-14, 0, 0, 0, 0, 0, 0, 1.31}}, // 6, 54.7 %, 89.3 %
    {Core::CortexM3, V::Portable, true, K::Reduce, {7, 0, 0, 8, 0, 7, 0, 0, 1.846}}, // 4, 0.0 %, 0.0 %
    {Core::CortexM4F, V::Portable, false, K::FirstConvolution, {0, 0, 37.6759, 40.1043, 4.43254, 0, 0.456727, 3.09116, 1.374}}, // 9, 0.9 %, 1.5 %
    {Core::CortexM4F, V::Portable, false, K::Convolution, {0, 0, 0, 58.6822, 0, 7.27062, 2.53258, 2.86743, 1.463}}, // 12, 1.5 %, 12.4 %
    {Core::CortexM4F, V::Portable, false, K::Pointwise, {0, 236.228, 14.5016, 39.9288, 1.67403e-15, 0.252627, 0, 2.99139, 1.398}}, // 12, 0.2 %, 0.4 %
    {Core::CortexM4F, V::Portable, false, K::Depthwise, {4637.08, 0, 0, 35.7479, 15.6464, 0, 7.67581, 1.4415e-15, 1.362}}, // 12, 8.1 %, 15.6 %
    {Core::CortexM4F, V::Portable, false, K::Dense, {0, 0, 0, 28.6979, 0, 3.87381, 0, 2.89601, 1.479}}, // 10, 2.8 %, 11.3 %
    {Core::CortexM4F, V::Portable, false, K::Pool, {7454.48, 238.859, 0, 0, 0, 7.13567, 0, 0, 1.373}}, // 8, 13.0 %, 34.7 %
    {Core::CortexM4F, V::Portable, false, K::Add, {369.987, 8.38151e-13, 0, 32.8163, 0, 7.94952e-16, 0, 0, 1.091}}, // 4, 3.4 %, 6.0 %
    {Core::CortexM4F, V::Portable, false, K::Map, {6.99195, 2.69056e-14, 0, 5.00006, 0, 4.79022e-16, 0, 0, 1.599}}, // 6, 0.0 %, 0.0 %
    {Core::CortexM4F, V::Portable, false, K::Transcendental, {0, 0, 0, 280.63, 0, 2.81008e-14, 0, 0, 1.234}}, // 5, 1.7 %, 6.5 %
    {Core::CortexM4F, V::Portable, false, K::Move, {38.025, 5.06331e-15, 0, 0.795791, 0, 0, 0, 0, 1.364}}, // 6, 17.0 %, 22.4 %
    {Core::CortexM4F, V::Portable, false, K::Reduce, {24.2067, 1.8353e-15, 0, 25.221, 0, 4.00418, 0, 0, 1.648}}, // 4, 0.2 %, 0.4 %
    {Core::CortexM4F, V::Portable, true, K::FirstConvolution, {0, 0, 0, 0, 34.1558, 10.1649, 0, 6.75465, 1.359}}, // 9, 7.8 %, 20.1 %
    {Core::CortexM4F, V::Portable, true, K::Convolution, {0, 0, 0, 0, 48.4445, 57.5699, 0, 4.8904, 1.577}}, // 12, 6.1 %, 9.9 %
    {Core::CortexM4F, V::Portable, true, K::Pointwise, {0, 263.026, 2.09314, 14.9483, 8.90154e-15, 0.406407, 0, 5.98625, 1.627}}, // 12, 0.1 %, 0.5 %
    {Core::CortexM4F, V::Portable, true, K::Depthwise, {0, 0, 187.411, 7.51081, 18.0263, 0, 9.06173, 1.82609e-15, 1.264}}, // 12, 2.8 %, 4.7 %
    {Core::CortexM4F, V::Portable, true, K::Dense, {8.26519, 6.77863e-16, 0, 16.049, 0, 0, 0, 5.99887, 1.644}}, // 10, 0.1 %, 0.2 %
    {Core::CortexM4F, V::Portable, true, K::Pool, {0, 0, 141.006, 0, 7.5219, 7.74298, 0, 0, 1.38}}, // 8, 9.5 %, 23.8 %
    {Core::CortexM4F, V::Portable, true, K::Add, {0, 0, 0, 11.8016, 0, 2.255e-16, 0, 0, 1.338}}, // 4, 2.9 %, 9.2 %
    {Core::CortexM4F, V::Portable, true, K::Map, {85.8808, 1.97964e-13, 0, 9.2778, 0, 1.11406e-16, 0, 0, 1.759}}, // 6, 28.8 %, 33.7 %
    {Core::CortexM4F, V::Portable, true, K::Transcendental, {0, 0, 0, 17.0309, 0, 5.36568e-17, 0, 0, 2.444}}, // 5, 12.3 %, 31.0 %
    {Core::CortexM4F, V::Portable, true, K::Move, {873.951, 1.22162e-14, 0, 0, 0, 0, 0, 0, 1.31}}, // 6, 54.7 %, 89.3 %
    {Core::CortexM4F, V::Portable, true, K::Reduce, {173.1, 2.44729e-16, 0, 6.42622, 0, 4.9787, 0, 0, 1.58}}, // 4, 0.1 %, 0.2 %
    {Core::CortexM7, V::Portable, false, K::FirstConvolution, {0, 0, 8.86832, 43.0513, 4.45581, 0, 1.67969, 2.95422, 0.8497}}, // 9, 0.5 %, 1.5 %
    {Core::CortexM7, V::Portable, false, K::Convolution, {0, 0, 0, 56.82, 0, 8.51534, 2.43992, 2.86765, 0.8368}}, // 12, 1.5 %, 12.6 %
    {Core::CortexM7, V::Portable, false, K::Pointwise, {0, 0, 37.1895, 38.7129, 7.28661e-15, 0, 0, 2.98821, 0.8396}}, // 12, 0.3 %, 1.9 %
    {Core::CortexM7, V::Portable, false, K::Depthwise, {8943.99, 0, 0, 49.0479, 15.2709, 0, 7.43881, 1.23331e-15, 0.8647}}, // 12, 7.3 %, 20.6 %
    {Core::CortexM7, V::Portable, false, K::Dense, {0, 0, 0, 28.6979, 0, 3.87381, 0, 2.89601, 0.8465}}, // 10, 2.8 %, 11.3 %
    {Core::CortexM7, V::Portable, false, K::Pool, {7931.96, 359.816, 0, 0, 0, 7.02032, 0, 0, 0.8718}}, // 8, 13.0 %, 35.1 %
    {Core::CortexM7, V::Portable, false, K::Add, {373.709, 2.3181e-12, 0, 30.8074, 0, 8.87176e-17, 0, 0, 0.8132}}, // 4, 3.7 %, 6.4 %
    {Core::CortexM7, V::Portable, false, K::Map, {6.99195, 2.69056e-14, 0, 5.00006, 0, 4.79022e-16, 0, 0, 0.8801}}, // 6, 0.0 %, 0.0 %
    {Core::CortexM7, V::Portable, false, K::Transcendental, {0, 0, 0, 280.63, 0, 2.81008e-14, 0, 0, 0.8415}}, // 5, 1.7 %, 6.5 %
    {Core::CortexM7, V::Portable, false, K::Move, {38.0431, 2.30969e-14, 0, 0.795739, 0, 0, 0, 0, 0.8531}}, // 6, 17.0 %, 22.4 %
    {Core::CortexM7, V::Portable, false, K::Reduce, {24.2067, 1.8353e-15, 0, 25.221, 0, 4.00418, 0, 0, 0.8873}}, // 4, 0.2 %, 0.4 %
    {Core::CortexM7, V::Portable, true, K::FirstConvolution, {0, 0, 0, 0, 33.7324, 22.7962, 0, 6.7142, 0.9214}}, // 9, 7.8 %, 18.5 %
    {Core::CortexM7, V::Portable, true, K::Convolution, {0, 0, 0, 0, 40.5181, 70.2154, 0, 4.94422, 1.086}}, // 12, 4.5 %, 9.1 %
    {Core::CortexM7, V::Portable, true, K::Pointwise, {0, 269.633, 4.73368, 14.4007, 6.51968e-15, 0.119139, 0, 5.99034, 1.11}}, // 12, 0.1 %, 0.4 %
    {Core::CortexM7, V::Portable, true, K::Depthwise, {0, 407.638, 82.4077, 0, 16.3605, 3.13238, 9.73732, 3.34329e-16, 0.8494}}, // 12, 1.1 %, 7.1 %
    {Core::CortexM7, V::Portable, true, K::Dense, {8.51531, 1.42691e-15, 0, 15.0385, 0, 0, 0, 6.00028, 1.122}}, // 10, 0.0 %, 0.2 %
    {Core::CortexM7, V::Portable, true, K::Pool, {0, 0, 136.595, 0, 6.74819, 7.86607, 0, 0, 0.9015}}, // 8, 10.0 %, 24.9 %
    {Core::CortexM7, V::Portable, true, K::Add, {0, 0, 0, 11.2148, 0, 8.32258e-16, 0, 0, 0.9781}}, // 4, 2.1 %, 6.5 %
    {Core::CortexM7, V::Portable, true, K::Map, {75.8326, 0, 0, 9.19712, 0, 8.74249e-16, 0, 0, 1.321}}, // 6, 24.6 %, 29.2 %
    {Core::CortexM7, V::Portable, true, K::Transcendental, {0, 0, 0, 17.0309, 0, 5.36568e-17, 0, 0, 1.659}}, // 5, 12.3 %, 31.0 %
    {Core::CortexM7, V::Portable, true, K::Move, {873.951, 1.22162e-14, 0, 0, 0, 0, 0, 0, 0.8606}}, // 6, 54.7 %, 89.3 %
    {Core::CortexM7, V::Portable, true, K::Reduce, {173.1, 2.44729e-16, 0, 6.42622, 0, 4.9787, 0, 0, 0.8887}}, // 4, 0.1 %, 0.2 %
    {Core::CortexM33, V::Portable, false, K::FirstConvolution, {0, 0, 36.4011, 40.5169, 4.37219, 0, 0.534754, 3.08689, 1.379}}, // 9, 0.7 %, 1.6 %
    {Core::CortexM33, V::Portable, false, K::Convolution, {0, 0, 0, 58.6835, 0, 7.7291, 2.48253, 2.86741, 1.466}}, // 12, 1.5 %, 12.4 %
    {Core::CortexM33, V::Portable, false, K::Pointwise, {0, 154.355, 19.5998, 39.6343, 5.1404e-16, 0.289378, 0, 2.99442, 1.4}}, // 12, 0.2 %, 0.4 %
    {Core::CortexM33, V::Portable, false, K::Depthwise, {4599.7, 0, 0, 35.78, 15.6454, 0, 7.67519, 4.11887e-17, 1.371}}, // 12, 8.1 %, 15.6 %
    {Core::CortexM33, V::Portable, false, K::Dense, {0, 0, 0, 29.3757, 0, 3.87078, 0, 2.8931, 1.48}}, // 10, 2.7 %, 11.2 %
    {Core::CortexM33, V::Portable, false, K::Pool, {7453.89, 238.814, 0, 0, 0, 7.13587, 0, 0, 1.373}}, // 8, 13.0 %, 34.7 %
    {Core::CortexM33, V::Portable, false, K::Add, {369.987, 8.38151e-13, 0, 32.8163, 0, 7.94952e-16, 0, 0, 1.091}}, // 4, 3.4 %, 6.0 %
    {Core::CortexM33, V::Portable, false, K::Map, {6.99195, 2.69056e-14, 0, 5.00006, 0, 4.79022e-16, 0, 0, 1.599}}, // 6, 0.0 %, 0.0 %
    {Core::CortexM33, V::Portable, false, K::Transcendental, {0, 0, 0, 280.886, 0, 0, 0, 0, 1.239}}, // 5, 1.6 %, 6.2 %
    {Core::CortexM33, V::Portable, false, K::Move, {38.0431, 2.30969e-14, 0, 0.795739, 0, 0, 0, 0, 1.364}}, // 6, 17.0 %, 22.4 %
    {Core::CortexM33, V::Portable, false, K::Reduce, {24.2067, 1.8353e-15, 0, 25.221, 0, 4.00418, 0, 0, 1.648}}, // 4, 0.2 %, 0.4 %
    {Core::CortexM33, V::Portable, true, K::FirstConvolution, {0, 0, 0, 0, 33.8527, 10.1634, 0, 6.77354, 1.359}}, // 9, 7.9 %, 20.1 %
    {Core::CortexM33, V::Portable, true, K::Convolution, {0, 0, 0, 0, 48.1906, 58.6674, 0, 4.88721, 1.577}}, // 12, 6.2 %, 10.0 %
    {Core::CortexM33, V::Portable, true, K::Pointwise, {0, 269.633, 4.73368, 14.4007, 6.51968e-15, 0.119139, 0, 5.99034, 1.629}}, // 12, 0.1 %, 0.4 %
    {Core::CortexM33, V::Portable, true, K::Depthwise, {0, 0, 189.738, 7.02999, 18.0092, 0, 9.05614, 1.70717e-15, 1.265}}, // 12, 2.8 %, 4.8 %
    {Core::CortexM33, V::Portable, true, K::Dense, {8.72328, 4.61812e-15, 0, 15.0361, 0, 0, 0, 6.00042, 1.645}}, // 10, 0.0 %, 0.2 %
    {Core::CortexM33, V::Portable, true, K::Pool, {0, 0, 142.518, 0, 6.7789, 7.84867, 0, 0, 1.384}}, // 8, 9.9 %, 24.8 %
    {Core::CortexM33, V::Portable, true, K::Add, {0, 0, 0, 11.2148, 0, 8.32258e-16, 0, 0, 1.356}}, // 4, 2.1 %, 6.5 %
    {Core::CortexM33, V::Portable, true, K::Map, {75.8326, 0, 0, 9.19712, 0, 8.74249e-16, 0, 0, 1.803}}, // 6, 24.6 %, 29.2 %
    {Core::CortexM33, V::Portable, true, K::Transcendental, {0, 0, 0, 17.0309, 0, 5.36568e-17, 0, 0, 2.452}}, // 5, 12.3 %, 31.0 %
    {Core::CortexM33, V::Portable, true, K::Move, {873.951, 1.22162e-14, 0, 0, 0, 0, 0, 0, 1.31}}, // 6, 54.7 %, 89.3 %
    {Core::CortexM33, V::Portable, true, K::Reduce, {173.1, 2.44729e-16, 0, 6.42622, 0, 4.9787, 0, 0, 1.58}}, // 4, 0.1 %, 0.2 %
    {Core::CortexM55, V::Portable, false, K::FirstConvolution, {0, 0, 37.9489, 40.0639, 6.56433, 0, 0.22918, 2.7476, 1.134}}, // 9, 0.8 %, 2.3 %
    {Core::CortexM55, V::Portable, false, K::Convolution, {0, 0, 0, 60.1778, 0, 6.73258, 2.18602, 2.62999, 1.104}}, // 12, 1.4 %, 11.1 %
    {Core::CortexM55, V::Portable, false, K::Pointwise, {0, 0, 27.5861, 39.773, 6.77946e-15, 0, 0, 2.74488, 1.098}}, // 12, 0.1 %, 1.0 %
    {Core::CortexM55, V::Portable, false, K::Depthwise, {2659.04, 0, 0, 45.2194, 15.0662, 0, 7.33155, 8.07426e-16, 1.172}}, // 12, 8.4 %, 14.5 %
    {Core::CortexM55, V::Portable, false, K::Dense, {0, 0, 0, 32.7042, 0, 2.55958, 0, 2.68336, 1.144}}, // 10, 1.8 %, 7.8 %
    {Core::CortexM55, V::Portable, false, K::Pool, {8412.78, 95.0986, 0, 0, 0, 7.32106, 0, 0, 1.142}}, // 8, 12.6 %, 34.0 %
    {Core::CortexM55, V::Portable, false, K::Add, {370.01, 7.60953e-14, 0, 32.8162, 0, 3.43429e-15, 0, 0, 1.031}}, // 4, 3.4 %, 6.0 %
    {Core::CortexM55, V::Portable, false, K::Map, {7, 0, 0, 4, 0, 8.93768e-16, 0, 0, 1.249}}, // 6, 0.0 %, 0.0 %
    {Core::CortexM55, V::Portable, false, K::Transcendental, {0, 0, 0, 318.68, 0, 1.43539e-14, 0, 0, 1.125}}, // 5, 2.4 %, 8.6 %
    {Core::CortexM55, V::Portable, false, K::Move, {36.7761, 0, 0, 0.718997, 0, 3.49342e-17, 0, 0, 1.138}}, // 6, 12.6 %, 21.6 %
    {Core::CortexM55, V::Portable, false, K::Reduce, {23.9163, 5.46174e-16, 0, 27.2607, 0, 3.00361, 0, 0, 1.276}}, // 4, 0.3 %, 0.6 %
    {Core::CortexM55, V::Portable, true, K::FirstConvolution, {0, 0, 0, 0, 37.5054, 15.0288, 0, 6.06814, 1.206}}, // 9, 10.8 %, 19.8 %
    {Core::CortexM55, V::Portable, true, K::Convolution, {0, 0, 0, 0, 32.5508, 63.3265, 0.179563, 3.01078, 1.226}}, // 12, 6.2 %, 9.8 %
    {Core::CortexM55, V::Portable, true, K::Pointwise, {0, 4572.75, 0, 8.60686, 2.01012e-15, 2.36845, 0, 3.48057, 1.268}}, // 12, 2.6 %, 6.5 %
    {Core::CortexM55, V::Portable, true, K::Depthwise, {0, 0, 201.363, 4.24031, 18.2423, 0, 9.19187, 6.61177e-16, 1.109}}, // 12, 2.2 %, 4.2 %
    {Core::CortexM55, V::Portable, true, K::Dense, {177.319, 2.91239e-14, 0, 13.6541, 0, 0, 0, 3.48255, 1.299}}, // 10, 3.4 %, 25.1 %
    {Core::CortexM55, V::Portable, true, K::Pool, {0, 0, 148.612, 0, 4.92344, 8.60594, 0, 0, 1.168}}, // 8, 11.3 %, 22.2 %
    {Core::CortexM55, V::Portable, true, K::Add, {0, 0, 0, 11.2148, 0, 8.32258e-16, 0, 0, 1.267}}, // 4, 2.1 %, 6.5 %
    {Core::CortexM55, V::Portable, true, K::Map, {75.8326, 0, 0, 9.19712, 0, 8.74249e-16, 0, 0, 1.701}}, // 6, 24.6 %, 29.2 %
    {Core::CortexM55, V::Portable, true, K::Transcendental, {0, 0, 0, 16.5353, 0, 1.03786e-16, 0, 0, 2.239}}, // 5, 10.6 %, 27.2 %
    {Core::CortexM55, V::Portable, true, K::Move, {872.408, 2.42227e-14, 0, 0, 0, 0, 0, 0, 1.145}}, // 6, 54.4 %, 88.7 %
    {Core::CortexM55, V::Portable, true, K::Reduce, {175.161, 2.47137e-14, 0, 8.41758, 0, 3.97882, 0, 0, 1.248}}, // 4, 0.1 %, 0.3 %
    {Core::CortexM85, V::Portable, false, K::FirstConvolution, {0, 0, 37.9489, 40.0639, 6.56433, 0, 0.22918, 2.7476, 0.8274}}, // 9, 0.8 %, 2.3 %
    {Core::CortexM85, V::Portable, false, K::Convolution, {0, 0, 0, 60.1778, 0, 6.73258, 2.18602, 2.62999, 0.7968}}, // 12, 1.4 %, 11.1 %
    {Core::CortexM85, V::Portable, false, K::Pointwise, {0, 0, 27.5861, 39.773, 6.77946e-15, 0, 0, 2.74488, 0.7982}}, // 12, 0.1 %, 1.0 %
    {Core::CortexM85, V::Portable, false, K::Depthwise, {2659.04, 0, 0, 45.2194, 15.0662, 0, 7.33155, 8.07426e-16, 0.8426}}, // 12, 8.4 %, 14.5 %
    {Core::CortexM85, V::Portable, false, K::Dense, {0, 0, 0, 32.7042, 0, 2.55958, 0, 2.68336, 0.8198}}, // 10, 1.8 %, 7.8 %
    {Core::CortexM85, V::Portable, false, K::Pool, {8412.78, 95.0986, 0, 0, 0, 7.32106, 0, 0, 0.8184}}, // 8, 12.6 %, 34.0 %
    {Core::CortexM85, V::Portable, false, K::Add, {370.01, 7.60953e-14, 0, 32.8162, 0, 3.43429e-15, 0, 0, 0.7617}}, // 4, 3.4 %, 6.0 %
    {Core::CortexM85, V::Portable, false, K::Map, {7, 0, 0, 4, 0, 8.93768e-16, 0, 0, 0.8436}}, // 6, 0.0 %, 0.0 %
    {Core::CortexM85, V::Portable, false, K::Transcendental, {0, 0, 0, 318.68, 0, 1.43539e-14, 0, 0, 0.8149}}, // 5, 2.4 %, 8.6 %
    {Core::CortexM85, V::Portable, false, K::Move, {36.7761, 0, 0, 0.718997, 0, 3.49342e-17, 0, 0, 0.8059}}, // 6, 12.6 %, 21.6 %
    {Core::CortexM85, V::Portable, false, K::Reduce, {23.9163, 5.46174e-16, 0, 27.2607, 0, 3.00361, 0, 0, 0.8551}}, // 4, 0.3 %, 0.6 %
    {Core::CortexM85, V::Portable, true, K::FirstConvolution, {0, 0, 0, 0, 37.5054, 15.0288, 0, 6.06814, 0.8642}}, // 9, 10.8 %, 19.8 %
    {Core::CortexM85, V::Portable, true, K::Convolution, {0, 0, 0, 0, 32.5508, 63.3265, 0.179563, 3.01078, 0.8975}}, // 12, 6.2 %, 9.8 %
    {Core::CortexM85, V::Portable, true, K::Pointwise, {0, 4572.75, 0, 8.60686, 2.01012e-15, 2.36845, 0, 3.48057, 0.9239}}, // 12, 2.6 %, 6.5 %
    {Core::CortexM85, V::Portable, true, K::Depthwise, {0, 0, 201.363, 4.24031, 18.2423, 0, 9.19187, 6.61177e-16, 0.8031}}, // 12, 2.2 %, 4.2 %
    {Core::CortexM85, V::Portable, true, K::Dense, {177.319, 2.91239e-14, 0, 13.6541, 0, 0, 0, 3.48255, 0.9459}}, // 10, 3.4 %, 25.1 %
    {Core::CortexM85, V::Portable, true, K::Pool, {0, 0, 148.612, 0, 4.92344, 8.60594, 0, 0, 0.843}}, // 8, 11.3 %, 22.2 %
    {Core::CortexM85, V::Portable, true, K::Add, {0, 0, 0, 11.2148, 0, 8.32258e-16, 0, 0, 0.917}}, // 4, 2.1 %, 6.5 %
    {Core::CortexM85, V::Portable, true, K::Map, {75.8326, 0, 0, 9.19712, 0, 8.74249e-16, 0, 0, 1.238}}, // 6, 24.6 %, 29.2 %
    {Core::CortexM85, V::Portable, true, K::Transcendental, {0, 0, 0, 16.5353, 0, 1.03786e-16, 0, 0, 1.585}}, // 5, 10.6 %, 27.2 %
    {Core::CortexM85, V::Portable, true, K::Move, {872.408, 2.42227e-14, 0, 0, 0, 0, 0, 0, 0.8081}}, // 6, 54.4 %, 88.7 %
    {Core::CortexM85, V::Portable, true, K::Reduce, {175.161, 2.47137e-14, 0, 8.41758, 0, 3.97882, 0, 0, 0.8516}}, // 4, 0.1 %, 0.3 %
};
// clang-format on

} // namespace

std::span<const FittedKernel> fittedKernels()
{
    return table;
}

} // namespace tinsmith
