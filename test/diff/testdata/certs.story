# CertificateSigningRequests: approval by each way, status, bad input.
POST /apis/certificates.k8s.io/v1/certificatesigningrequests

{"apiVersion":"certificates.k8s.io/v1","kind":"CertificateSigningRequest","metadata":{"name":"a"},"spec":{"request":"LS0tLS1CRUdJTiBDRVJUSUZJQ0FURSBSRVFVRVNULS0tLS0KTUlIWU1IOENBUUF3SFRFTU1Bb0dBMVVFQXd3RFlXNXVNUTB3Q3dZRFZRUUtEQVJrWlhaek1Ga3dFd1lIS29aSQp6ajBDQVFZSUtvWkl6ajBEQVFjRFFnQUV1eWJkcDk0eGZrZkh0bGEwVzhMMUcxbVB5Z3RZaHgxNnhseTh1d0dQCkw0TWVDMVZxc1dmSXFDY0tDa0JSSjBESzhrWVRSVXNOUnBCREdvdjdzdTRkSEtBQU1Bb0dDQ3FHU000OUJBTUMKQTBrQU1FWUNJUUNMS3BCUUh2bGs1Q2dGT3JZRW4zeG5qKzl5K0VrL1VtYW1TQXljTE12a1lRSWhBTFM3SnJCMgpxRExxM3l0WlJTbDZGekJnMGx2N1MyZGFHZEh4UXhrNnBsT1YKLS0tLS1FTkQgQ0VSVElGSUNBVEUgUkVRVUVTVC0tLS0tCg==","signerName":"example.com/s","usages":["client auth"]}}
---
POST /apis/certificates.k8s.io/v1/certificatesigningrequests?dryRun=All

{"apiVersion":"certificates.k8s.io/v1","kind":"CertificateSigningRequest","metadata":{"name":"b0"},"spec":{"request":"LS0tLS1CRUdJTiBDRVJUSUZJQ0FURSBSRVFVRVNULS0tLS0KTUlIbU1JR09BZ0VBTUN3eEZUQVRCZ05WQkFvTURITjVjM1JsYlRwdWIyUmxjekVUTUJFR0ExVUVBd3dLYzNsegpPbTV2WkdVNlpEQlpNQk1HQnlxR1NNNDlBZ0VHQ0NxR1NNNDlBd0VIQTBJQUJBPT0KLS0tLS1FTkQgQ0VSVElGSUNBVEUgUkVRVUVTVC0tLS0tCg==","signerName":"example.com/s","usages":["client auth"]}}
---
POST /apis/certificates.k8s.io/v1/certificatesigningrequests?dryRun=All

{"apiVersion":"certificates.k8s.io/v1","kind":"CertificateSigningRequest","metadata":{"name":"b1"},"spec":{"request":"","signerName":"example.com/s","usages":["client auth"]}}
---
POST /apis/certificates.k8s.io/v1/certificatesigningrequests?dryRun=All

{"apiVersion":"certificates.k8s.io/v1","kind":"CertificateSigningRequest","metadata":{"name":"b2"},"spec":{"request":"eA==","signerName":"example.com/s","usages":["client auth"]}}
---
POST /apis/certificates.k8s.io/v1/certificatesigningrequests?dryRun=All

{"apiVersion":"certificates.k8s.io/v1","kind":"CertificateSigningRequest","metadata":{"name":"b3"},"spec":{"request":"LS0tLS1CRUdJTiBDRVJUSUZJQ0FURSBSRVFVRVNULS0tLS0KTUlIWU1IOENBUUF3SFRFTU1Bb0dBMVVFQXd3RFlXNXVNUTB3Q3dZRFZRUUtEQVJrWlhaek1Ga3dFd1lIS29aSQp6ajBDQVFZSUtvWkl6ajBEQVFjRFFnQUV1eWJkcDk0eGZrZkh0bGEwVzhMMUcxbVB5Z3RZaHgxNnhseTh1d0dQCkw0TWVDMVZxc1dmSXFDY0tDa0JSSjBESzhrWVRSVXNOUnBCREdvdjdzdTRkSEtBQU1Bb0dDQ3FHU000OUJBTUMKQTBrQU1FWUNJUUNMS3BCUUh2bGs1Q2dGT3JZRW4zeG5qKzl5K0VrL1VtYW1TQXljTE12a1lRSWhBTFM3SnJCMgpxRExxM3l0WlJTbDZGekJnMGx2N1MyZGFHZEh4UXhrNnBsT1YKLS0tLS1FTkQgQ0VSVElGSUNBVEUgUkVRVUVTVC0tLS0tCg==","signerName":"","usages":["client auth"]}}
---
POST /apis/certificates.k8s.io/v1/certificatesigningrequests?dryRun=All

{"apiVersion":"certificates.k8s.io/v1","kind":"CertificateSigningRequest","metadata":{"name":"b4"},"spec":{"request":"LS0tLS1CRUdJTiBDRVJUSUZJQ0FURSBSRVFVRVNULS0tLS0KTUlIWU1IOENBUUF3SFRFTU1Bb0dBMVVFQXd3RFlXNXVNUTB3Q3dZRFZRUUtEQVJrWlhaek1Ga3dFd1lIS29aSQp6ajBDQVFZSUtvWkl6ajBEQVFjRFFnQUV1eWJkcDk0eGZrZkh0bGEwVzhMMUcxbVB5Z3RZaHgxNnhseTh1d0dQCkw0TWVDMVZxc1dmSXFDY0tDa0JSSjBESzhrWVRSVXNOUnBCREdvdjdzdTRkSEtBQU1Bb0dDQ3FHU000OUJBTUMKQTBrQU1FWUNJUUNMS3BCUUh2bGs1Q2dGT3JZRW4zeG5qKzl5K0VrL1VtYW1TQXljTE12a1lRSWhBTFM3SnJCMgpxRExxM3l0WlJTbDZGekJnMGx2N1MyZGFHZEh4UXhrNnBsT1YKLS0tLS1FTkQgQ0VSVElGSUNBVEUgUkVRVUVTVC0tLS0tCg==","signerName":"bad","usages":["client auth"]}}
---
POST /apis/certificates.k8s.io/v1/certificatesigningrequests?dryRun=All

{"apiVersion":"certificates.k8s.io/v1","kind":"CertificateSigningRequest","metadata":{"name":"b5"},"spec":{"request":"LS0tLS1CRUdJTiBDRVJUSUZJQ0FURSBSRVFVRVNULS0tLS0KTUlIWU1IOENBUUF3SFRFTU1Bb0dBMVVFQXd3RFlXNXVNUTB3Q3dZRFZRUUtEQVJrWlhaek1Ga3dFd1lIS29aSQp6ajBDQVFZSUtvWkl6ajBEQVFjRFFnQUV1eWJkcDk0eGZrZkh0bGEwVzhMMUcxbVB5Z3RZaHgxNnhseTh1d0dQCkw0TWVDMVZxc1dmSXFDY0tDa0JSSjBESzhrWVRSVXNOUnBCREdvdjdzdTRkSEtBQU1Bb0dDQ3FHU000OUJBTUMKQTBrQU1FWUNJUUNMS3BCUUh2bGs1Q2dGT3JZRW4zeG5qKzl5K0VrL1VtYW1TQXljTE12a1lRSWhBTFM3SnJCMgpxRExxM3l0WlJTbDZGekJnMGx2N1MyZGFHZEh4UXhrNnBsT1YKLS0tLS1FTkQgQ0VSVElGSUNBVEUgUkVRVUVTVC0tLS0tCg==","signerName":"kubernetes.io/legacy-unknown","usages":["client auth"]}}
---
POST /apis/certificates.k8s.io/v1/certificatesigningrequests?dryRun=All

{"apiVersion":"certificates.k8s.io/v1","kind":"CertificateSigningRequest","metadata":{"name":"b6"},"spec":{"request":"LS0tLS1CRUdJTiBDRVJUSUZJQ0FURSBSRVFVRVNULS0tLS0KTUlIWU1IOENBUUF3SFRFTU1Bb0dBMVVFQXd3RFlXNXVNUTB3Q3dZRFZRUUtEQVJrWlhaek1Ga3dFd1lIS29aSQp6ajBDQVFZSUtvWkl6ajBEQVFjRFFnQUV1eWJkcDk0eGZrZkh0bGEwVzhMMUcxbVB5Z3RZaHgxNnhseTh1d0dQCkw0TWVDMVZxc1dmSXFDY0tDa0JSSjBESzhrWVRSVXNOUnBCREdvdjdzdTRkSEtBQU1Bb0dDQ3FHU000OUJBTUMKQTBrQU1FWUNJUUNMS3BCUUh2bGs1Q2dGT3JZRW4zeG5qKzl5K0VrL1VtYW1TQXljTE12a1lRSWhBTFM3SnJCMgpxRExxM3l0WlJTbDZGekJnMGx2N1MyZGFHZEh4UXhrNnBsT1YKLS0tLS1FTkQgQ0VSVElGSUNBVEUgUkVRVUVTVC0tLS0tCg==","signerName":"kubernetes.io/kube-apiserver-client","usages":["client auth"]}}
---
POST /apis/certificates.k8s.io/v1/certificatesigningrequests?dryRun=All

{"apiVersion":"certificates.k8s.io/v1","kind":"CertificateSigningRequest","metadata":{"name":"b7"},"spec":{"request":"LS0tLS1CRUdJTiBDRVJUSUZJQ0FURSBSRVFVRVNULS0tLS0KTUlIWU1IOENBUUF3SFRFTU1Bb0dBMVVFQXd3RFlXNXVNUTB3Q3dZRFZRUUtEQVJrWlhaek1Ga3dFd1lIS29aSQp6ajBDQVFZSUtvWkl6ajBEQVFjRFFnQUV1eWJkcDk0eGZrZkh0bGEwVzhMMUcxbVB5Z3RZaHgxNnhseTh1d0dQCkw0TWVDMVZxc1dmSXFDY0tDa0JSSjBESzhrWVRSVXNOUnBCREdvdjdzdTRkSEtBQU1Bb0dDQ3FHU000OUJBTUMKQTBrQU1FWUNJUUNMS3BCUUh2bGs1Q2dGT3JZRW4zeG5qKzl5K0VrL1VtYW1TQXljTE12a1lRSWhBTFM3SnJCMgpxRExxM3l0WlJTbDZGekJnMGx2N1MyZGFHZEh4UXhrNnBsT1YKLS0tLS1FTkQgQ0VSVElGSUNBVEUgUkVRVUVTVC0tLS0tCg==","signerName":"kubernetes.io/kubelet-serving","usages":["client auth"]}}
---
POST /apis/certificates.k8s.io/v1/certificatesigningrequests?dryRun=All

{"apiVersion":"certificates.k8s.io/v1","kind":"CertificateSigningRequest","metadata":{"name":"b8"},"spec":{"request":"LS0tLS1CRUdJTiBDRVJUSUZJQ0FURSBSRVFVRVNULS0tLS0KTUlIWU1IOENBUUF3SFRFTU1Bb0dBMVVFQXd3RFlXNXVNUTB3Q3dZRFZRUUtEQVJrWlhaek1Ga3dFd1lIS29aSQp6ajBDQVFZSUtvWkl6ajBEQVFjRFFnQUV1eWJkcDk0eGZrZkh0bGEwVzhMMUcxbVB5Z3RZaHgxNnhseTh1d0dQCkw0TWVDMVZxc1dmSXFDY0tDa0JSSjBESzhrWVRSVXNOUnBCREdvdjdzdTRkSEtBQU1Bb0dDQ3FHU000OUJBTUMKQTBrQU1FWUNJUUNMS3BCUUh2bGs1Q2dGT3JZRW4zeG5qKzl5K0VrL1VtYW1TQXljTE12a1lRSWhBTFM3SnJCMgpxRExxM3l0WlJTbDZGekJnMGx2N1MyZGFHZEh4UXhrNnBsT1YKLS0tLS1FTkQgQ0VSVElGSUNBVEUgUkVRVUVTVC0tLS0tCg==","signerName":"example.com/s","usages":[]}}
---
POST /apis/certificates.k8s.io/v1/certificatesigningrequests?dryRun=All

{"apiVersion":"certificates.k8s.io/v1","kind":"CertificateSigningRequest","metadata":{"name":"b9"},"spec":{"request":"LS0tLS1CRUdJTiBDRVJUSUZJQ0FURSBSRVFVRVNULS0tLS0KTUlIWU1IOENBUUF3SFRFTU1Bb0dBMVVFQXd3RFlXNXVNUTB3Q3dZRFZRUUtEQVJrWlhaek1Ga3dFd1lIS29aSQp6ajBDQVFZSUtvWkl6ajBEQVFjRFFnQUV1eWJkcDk0eGZrZkh0bGEwVzhMMUcxbVB5Z3RZaHgxNnhseTh1d0dQCkw0TWVDMVZxc1dmSXFDY0tDa0JSSjBESzhrWVRSVXNOUnBCREdvdjdzdTRkSEtBQU1Bb0dDQ3FHU000OUJBTUMKQTBrQU1FWUNJUUNMS3BCUUh2bGs1Q2dGT3JZRW4zeG5qKzl5K0VrL1VtYW1TQXljTE12a1lRSWhBTFM3SnJCMgpxRExxM3l0WlJTbDZGekJnMGx2N1MyZGFHZEh4UXhrNnBsT1YKLS0tLS1FTkQgQ0VSVElGSUNBVEUgUkVRVUVTVC0tLS0tCg==","signerName":"example.com/s","usages":["nonsense"]}}
---
POST /apis/certificates.k8s.io/v1/certificatesigningrequests?dryRun=All

{"apiVersion":"certificates.k8s.io/v1","kind":"CertificateSigningRequest","metadata":{"name":"b10"},"spec":{"request":"LS0tLS1CRUdJTiBDRVJUSUZJQ0FURSBSRVFVRVNULS0tLS0KTUlIWU1IOENBUUF3SFRFTU1Bb0dBMVVFQXd3RFlXNXVNUTB3Q3dZRFZRUUtEQVJrWlhaek1Ga3dFd1lIS29aSQp6ajBDQVFZSUtvWkl6ajBEQVFjRFFnQUV1eWJkcDk0eGZrZkh0bGEwVzhMMUcxbVB5Z3RZaHgxNnhseTh1d0dQCkw0TWVDMVZxc1dmSXFDY0tDa0JSSjBESzhrWVRSVXNOUnBCREdvdjdzdTRkSEtBQU1Bb0dDQ3FHU000OUJBTUMKQTBrQU1FWUNJUUNMS3BCUUh2bGs1Q2dGT3JZRW4zeG5qKzl5K0VrL1VtYW1TQXljTE12a1lRSWhBTFM3SnJCMgpxRExxM3l0WlJTbDZGekJnMGx2N1MyZGFHZEh4UXhrNnBsT1YKLS0tLS1FTkQgQ0VSVElGSUNBVEUgUkVRVUVTVC0tLS0tCg==","signerName":"example.com/s","usages":["client auth","client auth"]}}
---
POST /apis/certificates.k8s.io/v1/certificatesigningrequests?dryRun=All

{"apiVersion":"certificates.k8s.io/v1","kind":"CertificateSigningRequest","metadata":{"name":"b11"},"spec":{"request":"LS0tLS1CRUdJTiBDRVJUSUZJQ0FURSBSRVFVRVNULS0tLS0KTUlIWU1IOENBUUF3SFRFTU1Bb0dBMVVFQXd3RFlXNXVNUTB3Q3dZRFZRUUtEQVJrWlhaek1Ga3dFd1lIS29aSQp6ajBDQVFZSUtvWkl6ajBEQVFjRFFnQUV1eWJkcDk0eGZrZkh0bGEwVzhMMUcxbVB5Z3RZaHgxNnhseTh1d0dQCkw0TWVDMVZxc1dmSXFDY0tDa0JSSjBESzhrWVRSVXNOUnBCREdvdjdzdTRkSEtBQU1Bb0dDQ3FHU000OUJBTUMKQTBrQU1FWUNJUUNMS3BCUUh2bGs1Q2dGT3JZRW4zeG5qKzl5K0VrL1VtYW1TQXljTE12a1lRSWhBTFM3SnJCMgpxRExxM3l0WlJTbDZGekJnMGx2N1MyZGFHZEh4UXhrNnBsT1YKLS0tLS1FTkQgQ0VSVElGSUNBVEUgUkVRVUVTVC0tLS0tCg==","signerName":"example.com/s","usages":["client auth"],"expirationSeconds":5}}
---
POST /apis/certificates.k8s.io/v1/certificatesigningrequests?dryRun=All

{"apiVersion":"certificates.k8s.io/v1","kind":"CertificateSigningRequest","metadata":{"name":"b12"},"spec":{"request":"LS0tLS1CRUdJTiBDRVJUSUZJQ0FURSBSRVFVRVNULS0tLS0KTUlIWU1IOENBUUF3SFRFTU1Bb0dBMVVFQXd3RFlXNXVNUTB3Q3dZRFZRUUtEQVJrWlhaek1Ga3dFd1lIS29aSQp6ajBDQVFZSUtvWkl6ajBEQVFjRFFnQUV1eWJkcDk0eGZrZkh0bGEwVzhMMUcxbVB5Z3RZaHgxNnhseTh1d0dQCkw0TWVDMVZxc1dmSXFDY0tDa0JSSjBESzhrWVRSVXNOUnBCREdvdjdzdTRkSEtBQU1Bb0dDQ3FHU000OUJBTUMKQTBrQU1FWUNJUUNMS3BCUUh2bGs1Q2dGT3JZRW4zeG5qKzl5K0VrL1VtYW1TQXljTE12a1lRSWhBTFM3SnJCMgpxRExxM3l0WlJTbDZGekJnMGx2N1MyZGFHZEh4UXhrNnBsT1YKLS0tLS1FTkQgQ0VSVElGSUNBVEUgUkVRVUVTVC0tLS0tCg==","signerName":"example.com/s","usages":["client auth"],"expirationSeconds":600}}
---
POST /apis/certificates.k8s.io/v1/certificatesigningrequests?dryRun=All

{"apiVersion":"certificates.k8s.io/v1","kind":"CertificateSigningRequest","metadata":{"name":"b13"},"spec":{"request":"LS0tLS1CRUdJTiBDRVJUSUZJQ0FURSBSRVFVRVNULS0tLS0KTUlIWU1IOENBUUF3SFRFTU1Bb0dBMVVFQXd3RFlXNXVNUTB3Q3dZRFZRUUtEQVJrWlhaek1Ga3dFd1lIS29aSQp6ajBDQVFZSUtvWkl6ajBEQVFjRFFnQUV1eWJkcDk0eGZrZkh0bGEwVzhMMUcxbVB5Z3RZaHgxNnhseTh1d0dQCkw0TWVDMVZxc1dmSXFDY0tDa0JSSjBESzhrWVRSVXNOUnBCREdvdjdzdTRkSEtBQU1Bb0dDQ3FHU000OUJBTUMKQTBrQU1FWUNJUUNMS3BCUUh2bGs1Q2dGT3JZRW4zeG5qKzl5K0VrL1VtYW1TQXljTE12a1lRSWhBTFM3SnJCMgpxRExxM3l0WlJTbDZGekJnMGx2N1MyZGFHZEh4UXhrNnBsT1YKLS0tLS1FTkQgQ0VSVElGSUNBVEUgUkVRVUVTVC0tLS0tCg==","signerName":"example.com/s","usages":["client auth"],"expirationSeconds":-1}}
---
POST /apis/certificates.k8s.io/v1/certificatesigningrequests?dryRun=All

{"apiVersion":"certificates.k8s.io/v1","kind":"CertificateSigningRequest","metadata":{"name":"b14"},"spec":{"request":"LS0tLS1CRUdJTiBDRVJUSUZJQ0FURSBSRVFVRVNULS0tLS0KTUlIWU1IOENBUUF3SFRFTU1Bb0dBMVVFQXd3RFlXNXVNUTB3Q3dZRFZRUUtEQVJrWlhaek1Ga3dFd1lIS29aSQp6ajBDQVFZSUtvWkl6ajBEQVFjRFFnQUV1eWJkcDk0eGZrZkh0bGEwVzhMMUcxbVB5Z3RZaHgxNnhseTh1d0dQCkw0TWVDMVZxc1dmSXFDY0tDa0JSSjBESzhrWVRSVXNOUnBCREdvdjdzdTRkSEtBQU1Bb0dDQ3FHU000OUJBTUMKQTBrQU1FWUNJUUNMS3BCUUh2bGs1Q2dGT3JZRW4zeG5qKzl5K0VrL1VtYW1TQXljTE12a1lRSWhBTFM3SnJCMgpxRExxM3l0WlJTbDZGekJnMGx2N1MyZGFHZEh4UXhrNnBsT1YKLS0tLS1FTkQgQ0VSVElGSUNBVEUgUkVRVUVTVC0tLS0tCg==","signerName":"example.com/s","usages":["client auth"],"username":"x","uid":"y","groups":["z"],"extra":{"a":["b"]}}}
---
PUT /apis/certificates.k8s.io/v1/certificatesigningrequests/a

{"apiVersion":"certificates.k8s.io/v1","kind":"CertificateSigningRequest","metadata":{"name":"a"},"spec":{"request":"LS0tLS1CRUdJTiBDRVJUSUZJQ0FURSBSRVFVRVNULS0tLS0KTUlIWU1IOENBUUF3SFRFTU1Bb0dBMVVFQXd3RFlXNXVNUTB3Q3dZRFZRUUtEQVJrWlhaek1Ga3dFd1lIS29aSQp6ajBDQVFZSUtvWkl6ajBEQVFjRFFnQUV1eWJkcDk0eGZrZkh0bGEwVzhMMUcxbVB5Z3RZaHgxNnhseTh1d0dQCkw0TWVDMVZxc1dmSXFDY0tDa0JSSjBESzhrWVRSVXNOUnBCREdvdjdzdTRkSEtBQU1Bb0dDQ3FHU000OUJBTUMKQTBrQU1FWUNJUUNMS3BCUUh2bGs1Q2dGT3JZRW4zeG5qKzl5K0VrL1VtYW1TQXljTE12a1lRSWhBTFM3SnJCMgpxRExxM3l0WlJTbDZGekJnMGx2N1MyZGFHZEh4UXhrNnBsT1YKLS0tLS1FTkQgQ0VSVElGSUNBVEUgUkVRVUVTVC0tLS0tCg==","signerName":"example.com/other","usages":["server auth"]}}
---
PUT /apis/certificates.k8s.io/v1/certificatesigningrequests/a

{"apiVersion":"certificates.k8s.io/v1","kind":"CertificateSigningRequest","metadata":{"name":"a"},"spec":{"request":"LS0tLS1CRUdJTiBDRVJUSUZJQ0FURSBSRVFVRVNULS0tLS0KTUlIWU1IOENBUUF3SFRFTU1Bb0dBMVVFQXd3RFlXNXVNUTB3Q3dZRFZRUUtEQVJrWlhaek1Ga3dFd1lIS29aSQp6ajBDQVFZSUtvWkl6ajBEQVFjRFFnQUV1eWJkcDk0eGZrZkh0bGEwVzhMMUcxbVB5Z3RZaHgxNnhseTh1d0dQCkw0TWVDMVZxc1dmSXFDY0tDa0JSSjBESzhrWVRSVXNOUnBCREdvdjdzdTRkSEtBQU1Bb0dDQ3FHU000OUJBTUMKQTBrQU1FWUNJUUNMS3BCUUh2bGs1Q2dGT3JZRW4zeG5qKzl5K0VrL1VtYW1TQXljTE12a1lRSWhBTFM3SnJCMgpxRExxM3l0WlJTbDZGekJnMGx2N1MyZGFHZEh4UXhrNnBsT1YKLS0tLS1FTkQgQ0VSVElGSUNBVEUgUkVRVUVTVC0tLS0tCg==","signerName":"example.com/s","usages":["client auth"]},"status":{"conditions":[{"type":"Approved","status":"True","reason":"r","message":"m"}]}}
---
PUT /apis/certificates.k8s.io/v1/certificatesigningrequests/a/status?dryRun=All

{"apiVersion":"certificates.k8s.io/v1","kind":"CertificateSigningRequest","metadata":{"name":"a"},"spec":{"request":"LS0tLS1CRUdJTiBDRVJUSUZJQ0FURSBSRVFVRVNULS0tLS0KTUlIWU1IOENBUUF3SFRFTU1Bb0dBMVVFQXd3RFlXNXVNUTB3Q3dZRFZRUUtEQVJrWlhaek1Ga3dFd1lIS29aSQp6ajBDQVFZSUtvWkl6ajBEQVFjRFFnQUV1eWJkcDk0eGZrZkh0bGEwVzhMMUcxbVB5Z3RZaHgxNnhseTh1d0dQCkw0TWVDMVZxc1dmSXFDY0tDa0JSSjBESzhrWVRSVXNOUnBCREdvdjdzdTRkSEtBQU1Bb0dDQ3FHU000OUJBTUMKQTBrQU1FWUNJUUNMS3BCUUh2bGs1Q2dGT3JZRW4zeG5qKzl5K0VrL1VtYW1TQXljTE12a1lRSWhBTFM3SnJCMgpxRExxM3l0WlJTbDZGekJnMGx2N1MyZGFHZEh4UXhrNnBsT1YKLS0tLS1FTkQgQ0VSVElGSUNBVEUgUkVRVUVTVC0tLS0tCg==","signerName":"example.com/s","usages":["client auth"]},"status":{"conditions":[{"type":"Approved","status":"True","reason":"r","message":"m"}]}}
---
PUT /apis/certificates.k8s.io/v1/certificatesigningrequests/a/status?dryRun=All

{"apiVersion":"certificates.k8s.io/v1","kind":"CertificateSigningRequest","metadata":{"name":"a"},"spec":{"request":"LS0tLS1CRUdJTiBDRVJUSUZJQ0FURSBSRVFVRVNULS0tLS0KTUlIWU1IOENBUUF3SFRFTU1Bb0dBMVVFQXd3RFlXNXVNUTB3Q3dZRFZRUUtEQVJrWlhaek1Ga3dFd1lIS29aSQp6ajBDQVFZSUtvWkl6ajBEQVFjRFFnQUV1eWJkcDk0eGZrZkh0bGEwVzhMMUcxbVB5Z3RZaHgxNnhseTh1d0dQCkw0TWVDMVZxc1dmSXFDY0tDa0JSSjBESzhrWVRSVXNOUnBCREdvdjdzdTRkSEtBQU1Bb0dDQ3FHU000OUJBTUMKQTBrQU1FWUNJUUNMS3BCUUh2bGs1Q2dGT3JZRW4zeG5qKzl5K0VrL1VtYW1TQXljTE12a1lRSWhBTFM3SnJCMgpxRExxM3l0WlJTbDZGekJnMGx2N1MyZGFHZEh4UXhrNnBsT1YKLS0tLS1FTkQgQ0VSVElGSUNBVEUgUkVRVUVTVC0tLS0tCg==","signerName":"example.com/s","usages":["client auth"]},"status":{"conditions":[{"type":"Failed","status":"True","reason":"r","message":"m"}]}}
---
PUT /apis/certificates.k8s.io/v1/certificatesigningrequests/a/status?dryRun=All

{"apiVersion":"certificates.k8s.io/v1","kind":"CertificateSigningRequest","metadata":{"name":"a"},"spec":{"request":"LS0tLS1CRUdJTiBDRVJUSUZJQ0FURSBSRVFVRVNULS0tLS0KTUlIWU1IOENBUUF3SFRFTU1Bb0dBMVVFQXd3RFlXNXVNUTB3Q3dZRFZRUUtEQVJrWlhaek1Ga3dFd1lIS29aSQp6ajBDQVFZSUtvWkl6ajBEQVFjRFFnQUV1eWJkcDk0eGZrZkh0bGEwVzhMMUcxbVB5Z3RZaHgxNnhseTh1d0dQCkw0TWVDMVZxc1dmSXFDY0tDa0JSSjBESzhrWVRSVXNOUnBCREdvdjdzdTRkSEtBQU1Bb0dDQ3FHU000OUJBTUMKQTBrQU1FWUNJUUNMS3BCUUh2bGs1Q2dGT3JZRW4zeG5qKzl5K0VrL1VtYW1TQXljTE12a1lRSWhBTFM3SnJCMgpxRExxM3l0WlJTbDZGekJnMGx2N1MyZGFHZEh4UXhrNnBsT1YKLS0tLS1FTkQgQ0VSVElGSUNBVEUgUkVRVUVTVC0tLS0tCg==","signerName":"example.com/s","usages":["client auth"]},"status":{"certificate":"eA=="}}
---
PUT /apis/certificates.k8s.io/v1/certificatesigningrequests/a/approval?dryRun=All

{"apiVersion":"certificates.k8s.io/v1","kind":"CertificateSigningRequest","metadata":{"name":"a"},"spec":{"request":"LS0tLS1CRUdJTiBDRVJUSUZJQ0FURSBSRVFVRVNULS0tLS0KTUlIWU1IOENBUUF3SFRFTU1Bb0dBMVVFQXd3RFlXNXVNUTB3Q3dZRFZRUUtEQVJrWlhaek1Ga3dFd1lIS29aSQp6ajBDQVFZSUtvWkl6ajBEQVFjRFFnQUV1eWJkcDk0eGZrZkh0bGEwVzhMMUcxbVB5Z3RZaHgxNnhseTh1d0dQCkw0TWVDMVZxc1dmSXFDY0tDa0JSSjBESzhrWVRSVXNOUnBCREdvdjdzdTRkSEtBQU1Bb0dDQ3FHU000OUJBTUMKQTBrQU1FWUNJUUNMS3BCUUh2bGs1Q2dGT3JZRW4zeG5qKzl5K0VrL1VtYW1TQXljTE12a1lRSWhBTFM3SnJCMgpxRExxM3l0WlJTbDZGekJnMGx2N1MyZGFHZEh4UXhrNnBsT1YKLS0tLS1FTkQgQ0VSVElGSUNBVEUgUkVRVUVTVC0tLS0tCg==","signerName":"example.com/s","usages":["client auth"]},"status":{"conditions":[{"type":"Approved","status":"True","reason":"r","message":"m"},{"type":"Denied","status":"True","reason":"r","message":"m"}]}}
---
PUT /apis/certificates.k8s.io/v1/certificatesigningrequests/a/approval?dryRun=All

{"apiVersion":"certificates.k8s.io/v1","kind":"CertificateSigningRequest","metadata":{"name":"a"},"spec":{"request":"LS0tLS1CRUdJTiBDRVJUSUZJQ0FURSBSRVFVRVNULS0tLS0KTUlIWU1IOENBUUF3SFRFTU1Bb0dBMVVFQXd3RFlXNXVNUTB3Q3dZRFZRUUtEQVJrWlhaek1Ga3dFd1lIS29aSQp6ajBDQVFZSUtvWkl6ajBEQVFjRFFnQUV1eWJkcDk0eGZrZkh0bGEwVzhMMUcxbVB5Z3RZaHgxNnhseTh1d0dQCkw0TWVDMVZxc1dmSXFDY0tDa0JSSjBESzhrWVRSVXNOUnBCREdvdjdzdTRkSEtBQU1Bb0dDQ3FHU000OUJBTUMKQTBrQU1FWUNJUUNMS3BCUUh2bGs1Q2dGT3JZRW4zeG5qKzl5K0VrL1VtYW1TQXljTE12a1lRSWhBTFM3SnJCMgpxRExxM3l0WlJTbDZGekJnMGx2N1MyZGFHZEh4UXhrNnBsT1YKLS0tLS1FTkQgQ0VSVElGSUNBVEUgUkVRVUVTVC0tLS0tCg==","signerName":"example.com/s","usages":["client auth"]},"status":{"conditions":[{"type":"Approved","status":"True","reason":"r","message":"m"},{"type":"Approved","status":"True","reason":"r","message":"m"}]}}
---
PUT /apis/certificates.k8s.io/v1/certificatesigningrequests/a/approval?dryRun=All

{"apiVersion":"certificates.k8s.io/v1","kind":"CertificateSigningRequest","metadata":{"name":"a"},"spec":{"request":"LS0tLS1CRUdJTiBDRVJUSUZJQ0FURSBSRVFVRVNULS0tLS0KTUlIWU1IOENBUUF3SFRFTU1Bb0dBMVVFQXd3RFlXNXVNUTB3Q3dZRFZRUUtEQVJrWlhaek1Ga3dFd1lIS29aSQp6ajBDQVFZSUtvWkl6ajBEQVFjRFFnQUV1eWJkcDk0eGZrZkh0bGEwVzhMMUcxbVB5Z3RZaHgxNnhseTh1d0dQCkw0TWVDMVZxc1dmSXFDY0tDa0JSSjBESzhrWVRSVXNOUnBCREdvdjdzdTRkSEtBQU1Bb0dDQ3FHU000OUJBTUMKQTBrQU1FWUNJUUNMS3BCUUh2bGs1Q2dGT3JZRW4zeG5qKzl5K0VrL1VtYW1TQXljTE12a1lRSWhBTFM3SnJCMgpxRExxM3l0WlJTbDZGekJnMGx2N1MyZGFHZEh4UXhrNnBsT1YKLS0tLS1FTkQgQ0VSVElGSUNBVEUgUkVRVUVTVC0tLS0tCg==","signerName":"example.com/s","usages":["client auth"]},"status":{"conditions":[{"type":"Nonsense","status":"True","reason":"r","message":"m"}]}}
---
PUT /apis/certificates.k8s.io/v1/certificatesigningrequests/a/approval?dryRun=All

{"apiVersion":"certificates.k8s.io/v1","kind":"CertificateSigningRequest","metadata":{"name":"a"},"spec":{"request":"LS0tLS1CRUdJTiBDRVJUSUZJQ0FURSBSRVFVRVNULS0tLS0KTUlIWU1IOENBUUF3SFRFTU1Bb0dBMVVFQXd3RFlXNXVNUTB3Q3dZRFZRUUtEQVJrWlhaek1Ga3dFd1lIS29aSQp6ajBDQVFZSUtvWkl6ajBEQVFjRFFnQUV1eWJkcDk0eGZrZkh0bGEwVzhMMUcxbVB5Z3RZaHgxNnhseTh1d0dQCkw0TWVDMVZxc1dmSXFDY0tDa0JSSjBESzhrWVRSVXNOUnBCREdvdjdzdTRkSEtBQU1Bb0dDQ3FHU000OUJBTUMKQTBrQU1FWUNJUUNMS3BCUUh2bGs1Q2dGT3JZRW4zeG5qKzl5K0VrL1VtYW1TQXljTE12a1lRSWhBTFM3SnJCMgpxRExxM3l0WlJTbDZGekJnMGx2N1MyZGFHZEh4UXhrNnBsT1YKLS0tLS1FTkQgQ0VSVElGSUNBVEUgUkVRVUVTVC0tLS0tCg==","signerName":"example.com/s","usages":["client auth"]},"status":{"conditions":[{"type":"","status":"True","reason":"r","message":"m"}]}}
---
PUT /apis/certificates.k8s.io/v1/certificatesigningrequests/a/approval?dryRun=All

{"apiVersion":"certificates.k8s.io/v1","kind":"CertificateSigningRequest","metadata":{"name":"a"},"spec":{"request":"LS0tLS1CRUdJTiBDRVJUSUZJQ0FURSBSRVFVRVNULS0tLS0KTUlIWU1IOENBUUF3SFRFTU1Bb0dBMVVFQXd3RFlXNXVNUTB3Q3dZRFZRUUtEQVJrWlhaek1Ga3dFd1lIS29aSQp6ajBDQVFZSUtvWkl6ajBEQVFjRFFnQUV1eWJkcDk0eGZrZkh0bGEwVzhMMUcxbVB5Z3RZaHgxNnhseTh1d0dQCkw0TWVDMVZxc1dmSXFDY0tDa0JSSjBESzhrWVRSVXNOUnBCREdvdjdzdTRkSEtBQU1Bb0dDQ3FHU000OUJBTUMKQTBrQU1FWUNJUUNMS3BCUUh2bGs1Q2dGT3JZRW4zeG5qKzl5K0VrL1VtYW1TQXljTE12a1lRSWhBTFM3SnJCMgpxRExxM3l0WlJTbDZGekJnMGx2N1MyZGFHZEh4UXhrNnBsT1YKLS0tLS1FTkQgQ0VSVElGSUNBVEUgUkVRVUVTVC0tLS0tCg==","signerName":"example.com/s","usages":["client auth"]},"status":{"conditions":[{"type":"Approved","status":"False"}]}}
---
PUT /apis/certificates.k8s.io/v1/certificatesigningrequests/a/approval?dryRun=All

{"apiVersion":"certificates.k8s.io/v1","kind":"CertificateSigningRequest","metadata":{"name":"a"},"spec":{"request":"LS0tLS1CRUdJTiBDRVJUSUZJQ0FURSBSRVFVRVNULS0tLS0KTUlIWU1IOENBUUF3SFRFTU1Bb0dBMVVFQXd3RFlXNXVNUTB3Q3dZRFZRUUtEQVJrWlhaek1Ga3dFd1lIS29aSQp6ajBDQVFZSUtvWkl6ajBEQVFjRFFnQUV1eWJkcDk0eGZrZkh0bGEwVzhMMUcxbVB5Z3RZaHgxNnhseTh1d0dQCkw0TWVDMVZxc1dmSXFDY0tDa0JSSjBESzhrWVRSVXNOUnBCREdvdjdzdTRkSEtBQU1Bb0dDQ3FHU000OUJBTUMKQTBrQU1FWUNJUUNMS3BCUUh2bGs1Q2dGT3JZRW4zeG5qKzl5K0VrL1VtYW1TQXljTE12a1lRSWhBTFM3SnJCMgpxRExxM3l0WlJTbDZGekJnMGx2N1MyZGFHZEh4UXhrNnBsT1YKLS0tLS1FTkQgQ0VSVElGSUNBVEUgUkVRVUVTVC0tLS0tCg==","signerName":"example.com/s","usages":["client auth"]},"status":{"conditions":[{"type":"Approved"}]}}
---
PUT /apis/certificates.k8s.io/v1/certificatesigningrequests/a/approval?dryRun=All

{"apiVersion":"certificates.k8s.io/v1","kind":"CertificateSigningRequest","metadata":{"name":"other"},"spec":{"request":"LS0tLS1CRUdJTiBDRVJUSUZJQ0FURSBSRVFVRVNULS0tLS0KTUlIWU1IOENBUUF3SFRFTU1Bb0dBMVVFQXd3RFlXNXVNUTB3Q3dZRFZRUUtEQVJrWlhaek1Ga3dFd1lIS29aSQp6ajBDQVFZSUtvWkl6ajBEQVFjRFFnQUV1eWJkcDk0eGZrZkh0bGEwVzhMMUcxbVB5Z3RZaHgxNnhseTh1d0dQCkw0TWVDMVZxc1dmSXFDY0tDa0JSSjBESzhrWVRSVXNOUnBCREdvdjdzdTRkSEtBQU1Bb0dDQ3FHU000OUJBTUMKQTBrQU1FWUNJUUNMS3BCUUh2bGs1Q2dGT3JZRW4zeG5qKzl5K0VrL1VtYW1TQXljTE12a1lRSWhBTFM3SnJCMgpxRExxM3l0WlJTbDZGekJnMGx2N1MyZGFHZEh4UXhrNnBsT1YKLS0tLS1FTkQgQ0VSVElGSUNBVEUgUkVRVUVTVC0tLS0tCg==","signerName":"example.com/s","usages":["client auth"]},"status":{"conditions":[{"type":"Approved","status":"True","reason":"r","message":"m"}]}}
---
PUT /apis/certificates.k8s.io/v1/certificatesigningrequests/none/approval

{"apiVersion":"certificates.k8s.io/v1","kind":"CertificateSigningRequest","metadata":{"name":"none"},"spec":{"request":"LS0tLS1CRUdJTiBDRVJUSUZJQ0FURSBSRVFVRVNULS0tLS0KTUlIWU1IOENBUUF3SFRFTU1Bb0dBMVVFQXd3RFlXNXVNUTB3Q3dZRFZRUUtEQVJrWlhaek1Ga3dFd1lIS29aSQp6ajBDQVFZSUtvWkl6ajBEQVFjRFFnQUV1eWJkcDk0eGZrZkh0bGEwVzhMMUcxbVB5Z3RZaHgxNnhseTh1d0dQCkw0TWVDMVZxc1dmSXFDY0tDa0JSSjBESzhrWVRSVXNOUnBCREdvdjdzdTRkSEtBQU1Bb0dDQ3FHU000OUJBTUMKQTBrQU1FWUNJUUNMS3BCUUh2bGs1Q2dGT3JZRW4zeG5qKzl5K0VrL1VtYW1TQXljTE12a1lRSWhBTFM3SnJCMgpxRExxM3l0WlJTbDZGekJnMGx2N1MyZGFHZEh4UXhrNnBsT1YKLS0tLS1FTkQgQ0VSVElGSUNBVEUgUkVRVUVTVC0tLS0tCg==","signerName":"example.com/s","usages":["client auth"]},"status":{"conditions":[{"type":"Approved","status":"True","reason":"r","message":"m"}]}}
---
GET /apis/certificates.k8s.io/v1/certificatesigningrequests/a/approval
---
GET /apis/certificates.k8s.io/v1/certificatesigningrequests/a/status
---
PATCH /apis/certificates.k8s.io/v1/certificatesigningrequests/a/approval?dryRun=All
Content-Type: application/merge-patch+json

{"status":{"conditions":[{"type":"Approved","status":"True","reason":"r","message":"m"}]}}
---
PATCH /apis/certificates.k8s.io/v1/certificatesigningrequests/a/approval?dryRun=All
Content-Type: application/strategic-merge-patch+json

{"status":{"conditions":[{"type":"Approved","status":"True","reason":"r","message":"m"}]}}
---
PATCH /apis/certificates.k8s.io/v1/certificatesigningrequests/a/approval?dryRun=All
Content-Type: application/json-patch+json

[{"op":"add","path":"/status/conditions","value":[{"type":"Denied","status":"True"}]}]
---
PATCH /apis/certificates.k8s.io/v1/certificatesigningrequests/a/approval?fieldManager=m
Content-Type: application/apply-patch+yaml

{"apiVersion":"certificates.k8s.io/v1","kind":"CertificateSigningRequest","metadata":{"name":"a","labels":{"x":"y"}},"spec":{"usages":["server auth"]},"status":{"conditions":[{"type":"Approved","status":"True","reason":"r","message":"m"}]}}
---
PATCH /apis/certificates.k8s.io/v1/certificatesigningrequests/a/approval?fieldManager=n
Content-Type: application/apply-patch+yaml

{"apiVersion":"certificates.k8s.io/v1","kind":"CertificateSigningRequest","metadata":{"name":"a"},"status":{"conditions":[{"type":"Denied","status":"True","reason":"r","message":"m"}]}}
---
PUT /apis/certificates.k8s.io/v1/certificatesigningrequests/a/approval

{"apiVersion":"certificates.k8s.io/v1","kind":"CertificateSigningRequest","metadata":{"name":"a"},"spec":{"request":"LS0tLS1CRUdJTiBDRVJUSUZJQ0FURSBSRVFVRVNULS0tLS0KTUlIWU1IOENBUUF3SFRFTU1Bb0dBMVVFQXd3RFlXNXVNUTB3Q3dZRFZRUUtEQVJrWlhaek1Ga3dFd1lIS29aSQp6ajBDQVFZSUtvWkl6ajBEQVFjRFFnQUV1eWJkcDk0eGZrZkh0bGEwVzhMMUcxbVB5Z3RZaHgxNnhseTh1d0dQCkw0TWVDMVZxc1dmSXFDY0tDa0JSSjBESzhrWVRSVXNOUnBCREdvdjdzdTRkSEtBQU1Bb0dDQ3FHU000OUJBTUMKQTBrQU1FWUNJUUNMS3BCUUh2bGs1Q2dGT3JZRW4zeG5qKzl5K0VrL1VtYW1TQXljTE12a1lRSWhBTFM3SnJCMgpxRExxM3l0WlJTbDZGekJnMGx2N1MyZGFHZEh4UXhrNnBsT1YKLS0tLS1FTkQgQ0VSVElGSUNBVEUgUkVRVUVTVC0tLS0tCg==","signerName":"example.com/s","usages":["client auth"]},"status":{"conditions":[]}}
---
PUT /apis/certificates.k8s.io/v1/certificatesigningrequests/a/approval

{"apiVersion":"certificates.k8s.io/v1","kind":"CertificateSigningRequest","metadata":{"name":"a"},"spec":{"request":"LS0tLS1CRUdJTiBDRVJUSUZJQ0FURSBSRVFVRVNULS0tLS0KTUlIWU1IOENBUUF3SFRFTU1Bb0dBMVVFQXd3RFlXNXVNUTB3Q3dZRFZRUUtEQVJrWlhaek1Ga3dFd1lIS29aSQp6ajBDQVFZSUtvWkl6ajBEQVFjRFFnQUV1eWJkcDk0eGZrZkh0bGEwVzhMMUcxbVB5Z3RZaHgxNnhseTh1d0dQCkw0TWVDMVZxc1dmSXFDY0tDa0JSSjBESzhrWVRSVXNOUnBCREdvdjdzdTRkSEtBQU1Bb0dDQ3FHU000OUJBTUMKQTBrQU1FWUNJUUNMS3BCUUh2bGs1Q2dGT3JZRW4zeG5qKzl5K0VrL1VtYW1TQXljTE12a1lRSWhBTFM3SnJCMgpxRExxM3l0WlJTbDZGekJnMGx2N1MyZGFHZEh4UXhrNnBsT1YKLS0tLS1FTkQgQ0VSVElGSUNBVEUgUkVRVUVTVC0tLS0tCg==","signerName":"example.com/s","usages":["client auth"]},"status":{"conditions":[{"type":"Denied","status":"True","reason":"r","message":"m"}]}}
---
PUT /apis/certificates.k8s.io/v1/certificatesigningrequests/a/status

{"apiVersion":"certificates.k8s.io/v1","kind":"CertificateSigningRequest","metadata":{"name":"a"},"spec":{"request":"LS0tLS1CRUdJTiBDRVJUSUZJQ0FURSBSRVFVRVNULS0tLS0KTUlIWU1IOENBUUF3SFRFTU1Bb0dBMVVFQXd3RFlXNXVNUTB3Q3dZRFZRUUtEQVJrWlhaek1Ga3dFd1lIS29aSQp6ajBDQVFZSUtvWkl6ajBEQVFjRFFnQUV1eWJkcDk0eGZrZkh0bGEwVzhMMUcxbVB5Z3RZaHgxNnhseTh1d0dQCkw0TWVDMVZxc1dmSXFDY0tDa0JSSjBESzhrWVRSVXNOUnBCREdvdjdzdTRkSEtBQU1Bb0dDQ3FHU000OUJBTUMKQTBrQU1FWUNJUUNMS3BCUUh2bGs1Q2dGT3JZRW4zeG5qKzl5K0VrL1VtYW1TQXljTE12a1lRSWhBTFM3SnJCMgpxRExxM3l0WlJTbDZGekJnMGx2N1MyZGFHZEh4UXhrNnBsT1YKLS0tLS1FTkQgQ0VSVElGSUNBVEUgUkVRVUVTVC0tLS0tCg==","signerName":"example.com/s","usages":["client auth"]},"status":{"certificate":"LS0tLS1CRUdJTiBDRVJUSUZJQ0FURSBSRVFVRVNULS0tLS0KTUlIWU1IOENBUUF3SFRFTU1Bb0dBMVVFQXd3RFlXNXVNUTB3Q3dZRFZRUUtEQVJrWlhaek1Ga3dFd1lIS29aSQp6ajBDQVFZSUtvWkl6ajBEQVFjRFFnQUV1eWJkcDk0eGZrZkh0bGEwVzhMMUcxbVB5Z3RZaHgxNnhseTh1d0dQCkw0TWVDMVZxc1dmSXFDY0tDa0JSSjBESzhrWVRSVXNOUnBCREdvdjdzdTRkSEtBQU1Bb0dDQ3FHU000OUJBTUMKQTBrQU1FWUNJUUNMS3BCUUh2bGs1Q2dGT3JZRW4zeG5qKzl5K0VrL1VtYW1TQXljTE12a1lRSWhBTFM3SnJCMgpxRExxM3l0WlJTbDZGekJnMGx2N1MyZGFHZEh4UXhrNnBsT1YKLS0tLS1FTkQgQ0VSVElGSUNBVEUgUkVRVUVTVC0tLS0tCg=="}}
---
PUT /apis/certificates.k8s.io/v1/certificatesigningrequests/a/status

{"apiVersion":"certificates.k8s.io/v1","kind":"CertificateSigningRequest","metadata":{"name":"a"},"spec":{"request":"LS0tLS1CRUdJTiBDRVJUSUZJQ0FURSBSRVFVRVNULS0tLS0KTUlIWU1IOENBUUF3SFRFTU1Bb0dBMVVFQXd3RFlXNXVNUTB3Q3dZRFZRUUtEQVJrWlhaek1Ga3dFd1lIS29aSQp6ajBDQVFZSUtvWkl6ajBEQVFjRFFnQUV1eWJkcDk0eGZrZkh0bGEwVzhMMUcxbVB5Z3RZaHgxNnhseTh1d0dQCkw0TWVDMVZxc1dmSXFDY0tDa0JSSjBESzhrWVRSVXNOUnBCREdvdjdzdTRkSEtBQU1Bb0dDQ3FHU000OUJBTUMKQTBrQU1FWUNJUUNMS3BCUUh2bGs1Q2dGT3JZRW4zeG5qKzl5K0VrL1VtYW1TQXljTE12a1lRSWhBTFM3SnJCMgpxRExxM3l0WlJTbDZGekJnMGx2N1MyZGFHZEh4UXhrNnBsT1YKLS0tLS1FTkQgQ0VSVElGSUNBVEUgUkVRVUVTVC0tLS0tCg==","signerName":"example.com/s","usages":["client auth"]},"status":{"certificate":"eA==","conditions":[{"type":"Approved","status":"True"}]}}
---
PATCH /apis/certificates.k8s.io/v1/certificatesigningrequests/a/status?fieldManager=signer
Content-Type: application/apply-patch+yaml

{"apiVersion":"certificates.k8s.io/v1","kind":"CertificateSigningRequest","metadata":{"name":"a"},"status":{"conditions":[{"type":"Failed","status":"True","reason":"f"}]}}
---
GET /apis/certificates.k8s.io/v1/certificatesigningrequests/a
---
GET /apis/certificates.k8s.io/v1/certificatesigningrequests
Accept: application/json;as=Table;v=v1;g=meta.k8s.io
---
GET /apis/certificates.k8s.io/v1/certificatesigningrequests?fieldSelector=spec.signerName%3Dexample.com/s
---
GET /apis/certificates.k8s.io/v1/certificatesigningrequests?fieldSelector=spec.username%3Dx
---
DELETE /apis/certificates.k8s.io/v1/certificatesigningrequests/a
