// One training step of a network in ConvNetJS, in milliseconds: node convnetjs.js SCRIPT DEFS BATCH
const [script, defs, batch] = process.argv.slice(2);
const convnetjs = require(script);
const net = new convnetjs.Net();
net.makeLayers(JSON.parse(defs));
const trainer = new convnetjs.SGDTrainer(net, {
  method: "sgd", learning_rate: 0.001, momentum: 0.9, batch_size: Number(batch),
});
const shape = net.layers[0];
const picture = new convnetjs.Vol(shape.out_sx, shape.out_sy, shape.out_depth);
const step = () => {
  for (let i = 0; i < Number(batch); i++) trainer.train(picture, i % 10);
};
step();
const taken = [];
const end = Date.now() + 1500;
while (Date.now() < end || taken.length < 3) {
  const start = process.hrtime.bigint();
  step();
  taken.push(Number(process.hrtime.bigint() - start) / 1e6);
}
taken.sort((a, b) => a - b);
console.log(taken[Math.floor(taken.length / 2)]);
